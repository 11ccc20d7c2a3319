# Component models and meta-regressions by metafor; writes linear_models.json.
#
#     Rscript linear_models.R
#
# GLS at a given tau2 is exact, and is recorded as such; REML is the maximum of
# rma.mv's restricted likelihood, refined here by uniroot of its derivative
# where the optimiser stops at about 1e-6.
suppressMessages({library(metafor); library(jsonlite)})
options(digits = 17)

# Contrasts of one fit of a data set: those against the first treatment of each
# study, with the exact covariance that all contrasts of the study imply.
Basic <- function(file, method = "REML") {
  data <- fromJSON(file, simplifyVector = FALSE)
  fit <- Filter(function(f) f$effect_measure == "OR" && f$method_tau == method,
                data$fits)[[1]]
  rows <- do.call(rbind, lapply(fit$contrasts, as.data.frame,
                                stringsAsFactors = FALSE))
  y <- c(); study <- c(); treat <- c(); base <- c(); blocks <- list()
  for (s in unique(rows$studlab)) {
    r <- rows[rows$studlab == s, ]
    ts <- sort(unique(c(r$treat1, r$treat2)), method = "radix")
    d <- matrix(0, length(ts), length(ts), dimnames = list(ts, ts)); v <- d
    for (i in seq_len(nrow(r))) {
      d[r$treat1[i], r$treat2[i]] <- r$TE[i]
      d[r$treat2[i], r$treat1[i]] <- -r$TE[i]
      v[r$treat1[i], r$treat2[i]] <- v[r$treat2[i], r$treat1[i]] <- r$seTE[i]^2
    }
    o <- ts[-1]; b <- ts[1]
    y <- c(y, d[o, b]); study <- c(study, rep(s, length(o)))
    treat <- c(treat, o); base <- c(base, rep(b, length(o)))
    blocks[[length(blocks) + 1]] <-
      outer(o, o, Vectorize(function(i, j) (v[i, b] + v[j, b] - v[i, j]) / 2))
  }
  list(y = unname(y), study = study, treat = treat, base = base,
       V = bldiag(blocks))
}

# X: what each effect is in the parameters; full rank.
Fit <- function(d, X) {
  comp <- seq_along(d$y)
  At <- function(tau2) rma.mv(d$y, d$V, mods = X, intercept = FALSE,
                              random = ~ comp | study, rho = 0.5, tau2 = tau2,
                              data = data.frame(comp = factor(comp),
                                                study = d$study))
  dev <- function(tau2) {
    S <- d$V + tau2 * outer(d$study, d$study, "==") * (diag(length(d$y)) + 1) / 2
    W <- solve(S); XWX <- t(X) %*% W %*% X
    P <- W - W %*% X %*% solve(XWX) %*% t(X) %*% W
    V0 <- outer(d$study, d$study, "==") * (diag(length(d$y)) + 1) / 2
    drop(t(d$y) %*% P %*% V0 %*% P %*% d$y) - sum(diag(P %*% V0))
  }
  mv <- rma.mv(d$y, d$V, mods = X, intercept = FALSE,
               random = ~ comp | study, rho = 0.5,
               data = data.frame(comp = factor(comp), study = d$study))
  near <- mv$tau2
  tau2 <- if (near < 1e-6) 0 else
    uniroot(dev, c(near * 0.99, near * 1.01), extendInt = "downX",
            tol = 1e-15)$root
  stopifnot(abs(tau2 - near) < 1e-5)
  Estimates <- function(f) list(beta = as.vector(f$beta), se = f$se,
                                q = f$QE, df = f$k - f$p)
  list(parameters = colnames(X), optimiser_tau2 = near, tau2 = tau2,
       common = Estimates(At(0)), random = Estimates(At(tau2)))
}

Design <- function(d, C) C[d$treat, , drop = FALSE] - C[d$base, , drop = FALSE]

# Linde2016: "A + B" has A and B; Placebo is inactive.
linde <- Basic("Linde2016.json")
treatments <- sort(unique(c(linde$treat, linde$base)), method = "radix")
parts <- strsplit(treatments, " + ", fixed = TRUE)
components <- setdiff(sort(unique(unlist(parts)), method = "radix"), "Placebo")
C <- t(sapply(parts, function(p) as.numeric(components %in% p)))
dimnames(C) <- list(treatments, components)
stopifnot(qr(Design(linde, C))$rank == ncol(C))
interaction <- cbind(C, C[, "Face-to-face PST"] * C[, "SSRI"])
colnames(interaction)[ncol(interaction)] <- "Face-to-face PST*SSRI"

# The same without every study of placebo, which leaves a network in parts.
keep <- !(linde$study %in% linde$study[linde$treat == "Placebo" |
                                       linde$base == "Placebo"])
sub <- list(y = linde$y[keep], study = linde$study[keep],
            treat = linde$treat[keep], base = linde$base[keep],
            V = linde$V[keep, keep])
stopifnot(qr(Design(sub, C))$rank == ncol(C))

# smokingcessation with a made-up covariate: (7 i mod 24) / 10 of study i.
smoking <- Basic("smokingcessation.json")
x <- ((7 * as.numeric(smoking$study)) %% 24) / 10
per_study <- tapply(x, smoking$study, `[`, 1)
centre <- mean(per_study)
T <- diag(4)[, -1]; dimnames(T) <- list(c("A", "B", "C", "D"), c("B", "C", "D"))
B <- Design(smoking, T)
slopes <- B * (x - centre); colnames(slopes) <- paste0(c("B", "C", "D"), ":x")
# One slope of B, C and D against A: 1 less 1 is 0 between two of them.
common <- cbind(B, x = rowSums(slopes))

out <- list(
  r = R.version.string, metafor = as.character(packageVersion("metafor")),
  linde_additive = Fit(linde, Design(linde, C)),
  linde_interaction = Fit(linde, Design(linde, interaction)),
  linde_without_placebo = Fit(sub, Design(sub, C)),
  smoking_centre = centre,
  smoking_common = Fit(smoking, common),
  smoking_independent = Fit(smoking, cbind(B, slopes)),
  smoking_without = Fit(smoking, B))
write_json(out, "linear_models.json", digits = NA, auto_unbox = TRUE,
           pretty = TRUE)
