# Small-study effects and subgroups of the knee review's pain-6m in R, for
# knee_methods_test.cc: reads knee_pain_6m.csv (each study's treatment minus
# conventional), writes knee_pain_6m.json. R 4.2.2, metafor 3.8-1, jsonlite.
#   Rscript knee_pain_6m.R > knee_pain_6m.json
suppressMessages(library(metafor))
d <- read.csv("knee_pain_6m.csv")
tight <- list(threshold = 1e-14, maxiter = 10000)

# One comparison has one study only: it has no centre.
single <- d[d$first == "single_msc", ]
egger <- regtest(single$effect, single$se^2, model = "lm")
coefficients <- coef(summary(egger$fit))
centre <- as.numeric(rma(effect, sei = se, data = single, method = "FE")$beta)
funnel <- list(centre = centre, intercept = coefficients[1, 1] - centre,
               intercept_se = coefficients[1, 2], slope = coefficients[2, 1],
               slope_se = coefficients[2, 2], t = coefficients[2, 3],
               df = egger$dfs, p = egger$pval)

subgroups <- function(values) {
  own <- lapply(sort(unique(values)), function(value) {
    part <- d[values == value, ]
    # All studies are of two arms against one control: a regression on the
    # treatment is the network.
    r <- if (nrow(part) == 1) {
      rma(effect, sei = se, data = part, method = "FE")
    } else if (length(unique(part$first)) > 1) {
      rma(effect, sei = se, mods = ~ 0 + factor(first), data = part,
          method = "REML", control = tight)
    } else {
      rma(effect, sei = se, data = part, method = "REML", control = tight)
    }
    at <- which(sort(unique(part$first)) == "single_msc")
    # Without degrees of freedom tau2 is 0.
    list(value = value, effect = r$beta[at], se = r$se[at],
         tau2 = if (is.null(r$tau2)) 0 else r$tau2)
  })
  told <- Filter(function(g) !is.na(g$effect) && length(g$effect) == 1, own)
  between <- rma(sapply(told, function(g) g$effect),
                 sei = sapply(told, function(g) g$se), method = "FE")
  list(own = told, test = list(q = between$QE, df = between$k - 1,
                               p = between$QEp))
}

cat(jsonlite::toJSON(list(funnel = funnel,
                          control_type = subgroups(d$control_type),
                          cell_source = subgroups(d$cell_source)),
                     digits = NA, auto_unbox = TRUE, pretty = TRUE), "\n")
