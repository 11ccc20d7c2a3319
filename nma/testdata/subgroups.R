# Subgroups of a pairwise meta-analysis in R, for nma/subgroups_test.cc: writes
# subgroups.json. R 4.2.2, metafor 3.8-1, jsonlite.
#   Rscript subgroups.R > subgroups.json
suppressMessages(library(metafor))

# BCG vaccine, log risk ratios, by the way patients were allocated.
d <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg,
            data = dat.bcg)
d$y <- as.numeric(d$yi)
d$v <- as.numeric(d$vi)
tight <- list(threshold = 1e-14, maxiter = 10000)

subgroups <- function(data) {
  values <- sort(unique(data$alloc))
  own <- lapply(values, function(value) {
    r <- rma(y, v, data = data[data$alloc == value, ], method = "REML",
             control = tight)
    list(value = value, effect = r$beta[[1]], se = r$se, tau2 = r$tau2,
         q = r$QE, df = r$k - 1)
  })
  effect <- sapply(own, function(g) g$effect)
  se <- sapply(own, function(g) g$se)
  between <- rma(effect, sei = se, method = "FE")
  list(studies = data.frame(study = sprintf("%02d", data$trial), y = data$y,
                            v = data$v, value = data$alloc),
       own = own,
       test = list(q = between$QE, df = between$k - 1, p = between$QEp))
}

three <- subgroups(d)
# With two subgroups the test is that of their difference.
two <- subgroups(d[d$alloc != "systematic", ])
# A tenth of each effect: tau2 is 0 in each subgroup, and the test is that of
# one regression.
quiet <- d
quiet$y <- quiet$y / 10
quiet_answer <- subgroups(quiet)
regression <- rma(y, v, mods = ~ factor(alloc), data = quiet, method = "FE")
quiet_answer$regression <- list(q = regression$QM, p = regression$QMp)
cat(jsonlite::toJSON(list(three = three, two = two, quiet = quiet_answer),
                     digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
