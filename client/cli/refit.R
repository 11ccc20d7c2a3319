# Refits a network meta-analysis of a Tidemark review with netmeta or metafor,
# and holds the result against what the review says. In this directory:
#
#   Rscript refit.R [netmeta|metafor]
#
# Without a word it takes netmeta if that is installed. The exit status is not 0
# if a number differs. Nothing is downloaded.

# SETTINGS

# studies.csv has a row for every two arms of a study, k(k-1)/2 of k: `effect` is
# first minus second on the analysis scale (the logarithm for ratios), `se` its
# standard error. The variances of all pairs determine the covariance of the
# effects of a study, so nothing else is needed. Components are the parts of
# the network that no study connects: each is fitted on its own.
text <- c(study = "character", first = "character", second = "character")
Read <- function(file, columns) {
  read.csv(file, encoding = "UTF-8", na.strings = "", colClasses = columns)
}
studies <- Read("studies.csv", text)
expected <- Read("expected_effects.csv", text[-1])
heterogeneity <- Read("expected_heterogeneity.csv", NA)

if (!requireNamespace("metafor", quietly = TRUE)) {
  stop("this script needs the R package metafor, and netmeta if you like")
}
software <- commandArgs(trailingOnly = TRUE)
if (length(software) == 0) {
  has_netmeta <- requireNamespace("netmeta", quietly = TRUE)
  software <- if (has_netmeta) "netmeta" else "metafor"
}
if (!software %in% c("netmeta", "metafor")) {
  stop("the argument is netmeta or metafor")
}

# The model y = X theta + error, Cov = V + tau2 V0, of the rows of a component:
# of each study the effects versus one of its arms, and V0 such that every
# difference of two arms varies by tau2 (Higgins and Whitehead 1996).
Model <- function(rows) {
  treatments <- sort(unique(c(rows$first, rows$second)), method = "radix")
  X <- matrix(0, 0, length(treatments))
  y <- study <- c()
  V <- list()
  for (d in split(rows, factor(rows$study, unique(rows$study)))) {
    arms <- unique(c(d$first, d$second))
    at <- cbind(match(d$first, arms), match(d$second, arms))
    effect <- variance <- matrix(0, length(arms), length(arms))
    effect[at] <- d$effect
    effect[at[, 2:1, drop = FALSE]] <- -d$effect
    variance[at] <- variance[at[, 2:1, drop = FALSE]] <- d$se^2
    others <- seq_along(arms)[-1]
    design <- matrix(0, length(others), length(treatments))
    design[cbind(seq_along(others), match(arms[others], treatments))] <- 1
    design[, match(arms[1], treatments)] <- -1
    X <- rbind(X, design)
    y <- c(y, effect[others, 1])
    study <- c(study, rep(d$study[1], length(others)))
    to_first <- variance[others, 1]
    V[[length(V) + 1]] <- (outer(to_first, to_first, "+") -
                             variance[others, others]) / 2
  }
  V <- metafor::bldiag(V)
  V0 <- outer(study, study, "==") * (diag(length(y)) + 1) / 2
  list(rows = rows, treatments = treatments, y = y, V = V, V0 = V0,
       X = X[, -1, drop = FALSE], study = study,
       df = length(y) - (length(treatments) - 1))
}

# r' W r of the generalised least squares fit at tau2, and the matrix P that
# takes the fit out of weighted effects.
Projection <- function(m, tau2) {
  W <- solve(m$V + tau2 * m$V0)
  W - W %*% m$X %*% solve(t(m$X) %*% W %*% m$X, t(m$X) %*% W)
}
Q <- function(m, tau2) drop(t(m$y) %*% Projection(m, tau2) %*% m$y)

# The fit at tau2, or at the estimate by `method`.
Fit <- function(m, tau2 = NULL) {
  # metafor refuses a single effect, which is its own estimate.
  if (length(m$y) == 1) {
    return(list(beta = m$X * m$y, vb = m$V, QE = 0, tau2 = 0))
  }
  data <- data.frame(effect = factor(seq_along(m$y)), study = m$study)
  metafor::rma.mv(m$y, m$V, mods = m$X, intercept = FALSE, data = data,
                  random = ~ effect | study, rho = 0.5, tau2 = tau2,
                  method = if (is.null(tau2)) method else "ML")
}

# REML and ML are metafor's rma.mv. DL and PM, which it does not have, are
# written out: Jackson, White and Riley (2013); where Q is its degrees of
# freedom. rma.uni is of no use: it centres the effects, which is another model
# where the columns of X do not span the constant, as in a loop of treatments.
Tau2 <- function(m) {
  if (m$df == 0) return(0)
  if (method %in% c("REML", "ML")) return(Fit(m)$tau2)
  if (Q(m, 0) <= m$df) return(0)
  if (method == "DL") {
    return((Q(m, 0) - m$df) / sum(diag(Projection(m, 0) %*% m$V0)))
  }
  uniroot(function(tau2) Q(m, tau2) - m$df, c(0, sum(m$y^2)), tol = 1e-14)$root
}

# Effects of all pairs with their standard errors, under both models.
WithMetafor <- function(m) {
  tau2 <- Tau2(m)
  All <- function(model, fit) {
    pairs <- t(combn(length(m$treatments), 2))
    Difference <- diag(length(m$treatments))[, -1, drop = FALSE]
    Difference <- Difference[pairs[, 1], ] - Difference[pairs[, 2], ]
    dim(Difference) <- c(nrow(pairs), length(m$treatments) - 1)
    data.frame(model = model, first = m$treatments[pairs[, 1]],
               second = m$treatments[pairs[, 2]],
               effect = drop(Difference %*% fit$beta),
               se = sqrt(rowSums((Difference %*% fit$vb) * Difference)))
  }
  common <- Fit(m, 0)
  list(q = common$QE, tau2 = tau2,
       effects = rbind(All("common", common), All("random", Fit(m, tau2))))
}

# netmeta has DL of its own. Its REML and ML are those of metafor, without the
# covariances of multi-arm studies, and it has no PM: it is given tau2.
WithNetmeta <- function(m) {
  d <- m$rows
  own <- method == "DL" && m$df > 0
  fit <- netmeta::netmeta(
    d$effect, d$se, d$first, d$second, d$study, common = TRUE, random = TRUE,
    method.tau = "DL", tau.preset = if (own) NULL else sqrt(Tau2(m)),
    warn = FALSE)
  pairs <- t(combn(m$treatments, 2))
  All <- function(model, effect, se) {
    data.frame(model = model, first = pairs[, 1], second = pairs[, 2],
               effect = effect[pairs], se = se[pairs])
  }
  list(q = fit$Q, tau2 = fit$tau^2,
       effects = rbind(All("common", fit$TE.common, fit$seTE.common),
                       All("random", fit$TE.random, fit$seTE.random)))
}

# Adds limits. Under Hartung-Knapp standard errors of the random-effects model
# are scaled too. Without degrees of freedom t has no limits.
WithLimits <- function(m, fit) {
  d <- fit$effects
  random <- d$model == "random"
  quantile <- rep(qnorm((1 + level) / 2), nrow(d))
  if (interval %in% c("T", "HK")) {
    quantile[random] <- if (m$df > 0) qt((1 + level) / 2, m$df) else NA
  }
  if (interval == "HK" && m$df > 0) {
    d$se[random] <- d$se[random] * sqrt(Q(m, fit$tau2) / m$df)
  }
  d$lower <- d$effect - quantile * d$se
  d$upper <- d$effect + quantile * d$se
  d
}

differences <- 0
# Holds numbers against those expected, to `tolerance` of themselves or of
# `unit`, whichever is more; what is not defined is not expected.
Compare <- function(what, found, wanted, unit) {
  off <- abs(found - wanted) / pmax(abs(wanted), unit)
  wrong <- !is.na(wanted) & (is.na(off) | off > tolerance)
  differences <<- differences + sum(wrong)
  for (i in which(wrong)) {
    cat(sprintf("DIFFERS: %s is %.10g, expected %.10g\n", what[i], found[i],
                wanted[i]))
  }
}

refitted <- NULL
for (component in heterogeneity$component) {
  m <- Model(studies[studies$component == component, ])
  fit <- if (software == "netmeta") WithNetmeta(m) else WithMetafor(m)
  refitted <- rbind(refitted, WithLimits(m, fit))
  wanted <- heterogeneity[heterogeneity$component == component, ]
  cat(sprintf("component %d: tau2 %.10g, Q %.10g on %d df\n", component,
              fit$tau2, fit$q, m$df))
  Compare(sprintf("%s of component %d", c("tau2", "Q", "df"), component),
          c(fit$tau2, fit$q, m$df), c(wanted$tau2, wanted$q, wanted$df),
          c(min(diag(m$V)), 1, 1))
}
key <- function(d) paste(d$model, d$first, d$second, sep = "\t")
refitted <- refitted[match(key(expected), key(refitted)), ]
print(data.frame(expected[1:3], refitted[-(1:3)]), digits = 6,
      row.names = FALSE)
for (number in c("effect", "se", "lower", "upper")) {
  Compare(sprintf("%s of %s versus %s (%s)", number, expected$first,
                  expected$second, expected$model),
          refitted[[number]], expected[[number]], expected$se)
}

if (differences > 0) {
  cat(differences, "numbers differ by more than", tolerance, "of their size\n")
  quit(status = 1)
}
cat("All as expected, to", tolerance, "of their size, by", software,
    as.character(packageVersion(software)), "\n")
