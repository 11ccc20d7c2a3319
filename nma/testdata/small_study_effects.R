# Egger's test in R, for nma/small_study_effects_test.cc: writes
# small_study_effects.json. R 4.2.2, metafor 3.8-1, jsonlite.
#   Rscript small_study_effects.R > small_study_effects.json
suppressMessages(library(metafor))

# Two treatments: magnesium in myocardial infarction, log odds ratios.
pair <- escalc(measure = "OR", ai = ai, n1i = n1i, ci = ci, n2i = n2i,
               data = dat.egger2001)
egger <- regtest(pair$yi, pair$vi, model = "lm")
magnesium <- list(
  studies = data.frame(study = sprintf("%02d", pair$id), y = as.numeric(pair$yi),
                       v = as.numeric(pair$vi)),
  t = egger$zval, df = egger$dfs, p = egger$pval,
  slope = coef(egger$fit)[[2]], slope_se = coef(summary(egger$fit))[2, 2])

# A network of two-arm studies: glucose lowering added to a sulfonylurea, mean
# differences, without the one study of three arms.
arms <- subset(dat.senn2013, study != "Willms (1999)")
order <- c("placebo", "acarbose", "benfluorex", "metformin", "miglitol",
           "pioglitazone", "rosiglitazone", "sitagliptin", "sulfonylurea",
           "vildagliptin")
one <- arms[seq(1, nrow(arms), 2), ]
two <- arms[seq(2, nrow(arms), 2), ]
later <- match(one$treatment, order) > match(two$treatment, order)
sign <- ifelse(later, 1, -1)
d <- data.frame(
  study = one$study,
  first = ifelse(later, one$treatment, two$treatment),
  second = ifelse(later, two$treatment, one$treatment),
  y = sign * (one$mi - two$mi),
  v = one$sdi^2 / one$ni + two$sdi^2 / two$ni)
d$pair <- paste(d$first, d$second)
d$centre <- sapply(d$pair, function(p) {
  with(d[d$pair == p, ], as.numeric(rma(y, v, method = "FE")$beta))
})
d <- d[d$pair %in% names(which(table(d$pair) > 1)), ]
d$adjusted <- d$y - d$centre
d$se <- sqrt(d$v)
fit <- summary(lm(adjusted ~ se, data = d, weights = 1 / se^2))
senn <- list(
  order = order,
  studies = data.frame(
    study = one$study, first = ifelse(later, one$treatment, two$treatment),
    second = ifelse(later, two$treatment, one$treatment),
    y = sign * (one$mi - two$mi),
    v = one$sdi^2 / one$ni + two$sdi^2 / two$ni),
  tested = d[, c("study", "centre", "adjusted", "se")],
  intercept = fit$coefficients[1, 1], intercept_se = fit$coefficients[1, 2],
  slope = fit$coefficients[2, 1], slope_se = fit$coefficients[2, 2],
  t = fit$coefficients[2, 3], p = fit$coefficients[2, 4], df = fit$df[2])
cat(jsonlite::toJSON(list(magnesium = magnesium, senn = senn),
                     digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
