# Makes influence.json: leave-one-out and influence of each study of
# metafor::dat.bcg (log risk ratios, random effects, REML) and of a network of
# three treatments with a multi-arm study. R 4.2.2, metafor 3.8-1.
# Run: Rscript influence.R > influence.json
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
tight <- list(threshold = 1e-14, maxiter = 10000, stepadj = 1)

# Pairwise: rma.uni.
dat <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg,
              data = dat.bcg)
fit <- rma(yi, vi, data = dat, method = "REML", control = tight)
inf <- influence(fit)
loo <- leave1out(fit)
del <- rstudent(fit)
pairwise <- list(
  yi = as.numeric(dat$yi), vi = as.numeric(dat$vi),
  estimate = as.numeric(fit$beta), se = fit$se, tau2 = fit$tau2, q = fit$QE,
  without = list(estimate = as.numeric(loo$estimate), se = as.numeric(loo$se),
                 lower = as.numeric(loo$ci.lb), upper = as.numeric(loo$ci.ub),
                 tau2 = as.numeric(loo$tau2), q = as.numeric(loo$Q)),
  rstudent = as.numeric(del$z),
  cooks_distance = as.numeric(inf$inf$cook.d),
  covariance_ratio = as.numeric(inf$inf$cov.r),
  hat = as.numeric(inf$inf$hat))

# Network with a three-arm study: rma.mv, covariance of each study as given and
# heterogeneity tau2 on the diagonal, tau2 / 2 off it. Effects versus A.
net <- data.frame(
  study = c("1", "2", "2", "3", "4", "5", "5", "6", "7"),
  t = c("B", "B", "C", "C", "CB", "B", "C", "B", "CB"),
  yi = c(0.4, 1.1, 1.6, 0.9, 0.2, -0.3, 0.8, 1.3, 0.9))
V <- diag(c(0.04, 0.09, 0.12, 0.05, 0.07, 0.06, 0.08, 0.10, 0.09))
V[2, 3] <- V[3, 2] <- 0.05
V[6, 7] <- V[7, 6] <- 0.03
net$b <- c(1, 1, 0, 0, -1, 1, 0, 1, -1)
net$c <- c(0, 0, 1, 1, 1, 0, 1, 0, 1)
net$row <- factor(seq_len(nrow(net)))
# tau2 at which the score of the restricted likelihood is 0: optimisers of
# rma.mv stop some six digits before it.
reml <- function(keep) {
  d <- net[keep, ]
  X <- cbind(d$b, d$c)
  V0 <- outer(d$study, d$study, "==") * (1 + diag(nrow(d))) / 2
  score <- function(tau2) {
    W <- solve(V[keep, keep] + tau2 * V0)
    P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
    Py <- P %*% d$yi
    as.numeric(t(Py) %*% V0 %*% Py) - sum(P * V0)
  }
  if (score(0) <= 0) return(0)
  uniroot(score, c(0, 10), tol = 1e-15, maxiter = 10000)$root
}
mv <- function(keep, tau2 = reml(keep)) rma.mv(yi, V[keep, keep],
  mods = ~ b + c - 1, random = ~ row | study, struct = "CS", rho = 0.5,
  tau2 = tau2, method = "REML", data = droplevels(net[keep, ]),
  sparse = FALSE)
full <- mv(rep(TRUE, nrow(net)))
ids <- unique(net$study)
without <- lapply(ids, function(s) {
  keep <- net$study != s
  rest <- mv(keep)
  X <- full$X[!keep, , drop = FALSE]
  r <- net$yi[!keep] - as.numeric(X %*% rest$beta)
  n <- sum(!keep)
  S <- V[!keep, !keep, drop = FALSE] + rest$tau2 * (diag(n) + 1) / 2 +
    X %*% rest$vb %*% t(X)
  d <- as.numeric(full$beta - rest$beta)
  list(effects = as.numeric(rest$beta), vb = rest$vb, tau2 = rest$tau2,
       q = rest$QE, distance = as.numeric(t(r) %*% solve(S) %*% r),
       cooks_distance = as.numeric(t(d) %*% solve(full$vb) %*% d),
       covariance_ratio = det(rest$vb) / det(full$vb))
})
# The same by metafor alone, tau2 as its optimiser finds it.
free <- mv(rep(TRUE, nrow(net)), tau2 = NA)
cluster <- cooks.distance(free, cluster = net$study)
student <- rstudent(free, cluster = net$study)
network <- list(effects = as.numeric(full$beta), vb = full$vb,
                tau2 = full$tau2, q = full$QE, without = without,
                metafor_cooks_distance = as.numeric(cluster),
                metafor_x2 = as.numeric(student$cluster$X2))
cat(toJSON(list(software = paste("metafor", packageVersion("metafor")),
                pairwise = pairwise, network = network),
           digits = NA, auto_unbox = TRUE), "\n")
