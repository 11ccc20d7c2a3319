# Fits the same studies in R and says how long it takes and how far the answers
# are from ours. Prints CSV: name, value. Times are seconds of CPU a fit;
# differences are relative for tau^2, absolute for effects; a package that is
# not installed has no row.
#
# Usage: Rscript peer_r.R DIR   (of bench/peer_data)

directory <- commandArgs(trailingOnly = TRUE)[1]
data <- read.csv(file.path(directory, "studies.csv"))
ours <- read.csv(file.path(directory, "ours.csv"))

treatments <- sort(unique(c(data$base, data$other)))
n <- length(treatments)
base <- match(data$base, treatments)
other <- match(data$other, treatments)
y <- data$effect
v <- data$variance
# Row s: +1 at the other treatment, -1 at the base; without the first treatment.
design <- matrix(0, nrow(data), n)
design[cbind(seq_along(y), other)] <- 1
design[cbind(seq_along(y), base)] <- -1
design <- design[, -1]
colnames(design) <- treatments[-1]

report <- function(name, value) cat(sprintf("%s,%.9g\n", name, value))

# Median over `rounds` of the CPU time of fit(), which is repeated until the
# clock, of 1 ms, can tell.
time_of <- function(fit, rounds) {
  cpu <- function(repeats) {
    gc(FALSE)
    spent <- system.time(for (i in seq_len(repeats)) fit(), gcFirst = FALSE)
    sum(spent[c("user.self", "sys.self")])
  }
  repeats <- 1
  while ((spent <- cpu(repeats)) < 0.2) repeats <- repeats * 2
  median(c(spent, replicate(rounds - 1, cpu(repeats)))) / repeats
}

compare <- function(method, peer, tau2, effects) {
  expected <- ours[ours$method == method, ]
  ours_tau2 <- expected$value[expected$quantity == "tau2"]
  ours_effects <- expected$value[match(treatments[-1], expected$quantity)]
  report(paste0("difference/", peer, "/tau2"), abs(tau2 - ours_tau2) / ours_tau2)
  report(paste0("difference/", peer, "/effects"), max(abs(effects - ours_effects)))
}

# The algebra without any package: Laplacian, Cholesky, Q, tau^2 of DerSimonian
# and Laird, and a second pass with it. The Laplacian by sums over pairs of
# treatments, or by a product of design matrices, as it is more often written.
pair <- base + (other - 1) * n
pairs <- sort(unique(pair))
place <- match(pair, pairs)
laplacian_by_pairs <- function(w) {
  laplacian <- matrix(0, n, n)
  laplacian[pairs] <- -rowsum.default(w, place)
  laplacian <- laplacian + t(laplacian)
  diag(laplacian) <- -rowSums(laplacian)
  laplacian[-1, -1]
}
laplacian_by_design <- function(w) crossprod(design, w * design)

bare_dl <- function(laplacian) {
  pass <- function(w) {
    inverse <- chol2inv(chol(laplacian(w)))
    effects <- c(0, inverse %*% crossprod(design, w * y))
    list(inverse = inverse, effects = effects,
         residuals = y - effects[other] + effects[base])
  }
  w <- 1 / v
  common <- pass(w)
  q <- sum(w * common$residuals^2)
  inverse <- rbind(0, cbind(0, common$inverse))
  d <- diag(inverse)
  leverage <- d[base] + d[other] - 2 * inverse[pair]
  scale <- sum(w) - sum(w^2 * leverage)
  tau2 <- max(0, (q - (length(y) - n + 1)) / scale)
  list(tau2 = tau2, effects = pass(1 / (v + tau2))$effects[-1])
}
ways <- list(by_pairs = laplacian_by_pairs, by_design = laplacian_by_design)
for (way in names(ways)) {
  fit <- function() bare_dl(ways[[way]])
  result <- fit()
  compare("DL", paste0("bare_dl_", way), result$tau2, result$effects)
  report(paste0("seconds/bare_dl_", way), time_of(fit, 9))
}

if (requireNamespace("metafor", quietly = TRUE)) {
  study <- seq_along(y)
  reml <- function(sparse) {
    metafor::rma.mv(y, v, mods = design, intercept = FALSE,
                    random = ~ 1 | study, method = "REML", sparse = sparse)
  }
  for (kind in c("dense", "sparse")) {
    sparse <- kind == "sparse"
    result <- reml(sparse)
    compare("REML", paste0("rma_mv_", kind), result$sigma2,
            as.vector(result$beta))
    report(paste0("seconds/rma_mv_", kind), time_of(function() reml(sparse), 3))
  }
}

if (requireNamespace("netmeta", quietly = TRUE)) {
  dl <- function() {
    netmeta::netmeta(y, sqrt(v), data$other, data$base, data$study,
                     reference.group = treatments[1], method.tau = "DL")
  }
  result <- dl()
  compare("DL", "netmeta_dl", result$tau^2,
          result$TE.random[-1, 1])
  report("seconds/netmeta_dl", time_of(dl, 3))
}
