# Makes leave_one_out.json: pain at 6 months in the example without each of its
# trials, by metafor. All trials have two arms, so that the network is a
# meta-regression on two treatments versus conventional, with one tau2 (REML).
# R 4.2.2, metafor 3.8-1. Run: Rscript leave_one_out.R > leave_one_out.json
suppressPackageStartupMessages({library(metafor); library(jsonlite)})
dat <- read.table(header = TRUE, text = "
study treatment m1 sd1 n1 m2 sd2 n2
chen-2021 single_msc -3.35 2.48 49 -2.25 2.15 8
emadedin-2018 single_msc -2.08 3.046 19 -1.57 3.936 24
freitag-2019 single_msc 3.6 2.58 20 5.9 1.119 10
gupta-2016 single_msc 3.76 3.019 40 4.435 2.545 20
ho-2022 single_msc -0.5 2.99 10 2.43 1.99 10
khalifeh-soltani-2019 single_msc 4.6 3.3 10 3.8 3 10
kim-2023 single_msc -2.52 2.46 125 -1.55 2.37 127
kuah-2018 single_msc -2.67 2.06 16 -1.124 3.9 4
lamo-espinosa-2016 single_msc 2.5 2.6 20 5 4.44 10
lamo-espinosa-2020 single_msc 3.3 2.2 24 3.5 2 26
lee-2019 single_msc 3.4 1.5 12 5.75 1.5 12
lu-2019 repeated_msc 2.54 1.55 26 2.94 1.785 26
matas-2019 single_msc 1.14 0.745 18 2.8 0.87 8
sadri-2023 single_msc 3.15 1.87 18 7 1.85 18
vega-2015 single_msc 3.36 2.39 15 5.207 2.76 15
")
dat <- escalc(measure = "MD", m1i = m1, sd1i = sd1, n1i = n1, m2i = m2,
              sd2i = sd2, n2i = n2, data = dat)
dat$single <- as.numeric(dat$treatment == "single_msc")
dat$repeated <- as.numeric(dat$treatment == "repeated_msc")
fit <- function(d) {
  mods <- if (any(d$repeated == 1)) ~ single + repeated - 1 else ~ single - 1
  rma(yi, vi, mods = mods, data = d, method = "REML",
      control = list(threshold = 1e-14, maxiter = 10000))
}
full <- fit(dat)
# Of a trial whose leverage is 1 metafor's are NA.
z <- suppressWarnings(rstudent(full)$z)
cook <- suppressWarnings(cooks.distance(full))
without <- lapply(seq_len(nrow(dat)), function(i) {
  rest <- fit(dat[-i, ])
  list(study = dat$study[i], effect = rest$beta[1],
       se = rest$se[1], lower = rest$ci.lb[1], upper = rest$ci.ub[1],
       tau2 = rest$tau2, q = rest$QE, residual = z[[i]],
       cooks_distance = cook[[i]])
})
cat(toJSON(list(software = paste("metafor", packageVersion("metafor")),
                effect = full$beta[1], se = full$se[1],
                tau2 = full$tau2, q = full$QE, without = without),
           digits = NA, auto_unbox = TRUE), "\n")
