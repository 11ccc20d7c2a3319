# Models of the example by metafor; reads models_arms.csv, writes
# expected_models.json.
#
#     Rscript models.R
suppressMessages({library(metafor); library(jsonlite)})
options(digits = 17)
arms <- read.csv("models_arms.csv", stringsAsFactors = FALSE)

# rma.mv and rma.uni stop at about 1e-6 of tau2: from there to the root of the
# derivative of the restricted likelihood.
Refined <- function(y, V, X, study, near) {
  same <- outer(study, study, "==")
  V0 <- same * (diag(length(y)) + 1) / 2
  score <- function(tau2) {
    W <- solve(V + tau2 * V0)
    P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
    drop(t(y) %*% P %*% V0 %*% P %*% y) - sum(diag(P %*% V0))
  }
  uniroot(score, c(0.99, 1.01) * near, extendInt = "downX", tol = 1e-15)$root
}

# Pain at 12 months by cell source: components of the map source_schedule.
d <- arms[arms$months == 12, ]
y <- c(); study <- c(); X <- NULL; blocks <- list()
components <- c("adipose", "bone_marrow", "repeated", "umbilical_cord")
Made <- function(t) as.numeric(c(grepl("^ad_", t), grepl("^bm_", t),
                                 grepl("_repeated$", t), grepl("^uc_", t)))
for (s in unique(d$study)) {
  r <- d[d$study == s, ]
  base <- r[r$treatment == "conventional", ]
  others <- r[r$treatment != "conventional", ]
  y <- c(y, others$mean - base$mean)
  study <- c(study, rep(s, nrow(others)))
  X <- rbind(X, t(sapply(others$treatment, Made)))
  v <- others$sd^2 / others$n
  blocks[[length(blocks) + 1]] <- diag(v, length(v)) + base$sd^2 / base$n
}
V <- bldiag(blocks); dimnames(X) <- NULL
At <- function(...) rma.mv(y, V, mods = X, intercept = FALSE,
                           random = ~ effect | study, rho = 0.5,
                           data = data.frame(effect = factor(seq_along(y)),
                                             study = study), ...)
near <- At()$tau2
tau2 <- Refined(y, V, X, study, near)
fit <- At(tau2 = tau2)
out <- list(components = list(
  names = components, optimiser_tau2 = near, tau2 = tau2,
  beta = as.vector(fit$beta), se = fit$se, q = At(tau2 = 0)$QE,
  df = fit$k - fit$p))

# Pain at 6 months, one injection, on the logarithm of the dose.
d <- arms[arms$months == 6, ]
with <- d$study[!is.na(d$dose)]
one <- d[d$study %in% with & d$treatment != "conventional", ]
base <- d[d$study %in% with & d$treatment == "conventional", ]
base <- base[match(one$study, base$study), ]
y <- one$mean - base$mean
v <- one$sd^2 / one$n + base$sd^2 / base$n
x <- log10(one$dose) - mean(log10(one$dose))
near <- rma.uni(y, v, mods = ~ x, method = "REML",
                control = list(threshold = 1e-12, maxiter = 10000))$tau2
tau2 <- Refined(y, diag(v), cbind(1, x), one$study, near)
fit <- rma.uni(y, v, mods = ~ x, tau2 = tau2)
without <- rma.uni(y, v, method = "REML",
                   control = list(threshold = 1e-12, maxiter = 10000))
out$regression <- list(
  studies = length(y), centre = 10^mean(log10(one$dose)),
  optimiser_tau2 = near, tau2 = tau2, beta = as.vector(fit$beta), se = fit$se,
  q = rma.uni(y, v, mods = ~ x, method = "FE")$QE, df = length(y) - 2,
  tau2_without = without$tau2)
write_json(out, "expected_models.json", digits = NA, auto_unbox = TRUE,
           pretty = TRUE)
