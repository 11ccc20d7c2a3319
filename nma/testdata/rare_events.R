# Makes rare_events.json: fits of binary data by metafor (Mantel-Haenszel),
# glm (exact binomial likelihood, common effect) and lme4 (with random effects).
#   Rscript rare_events.R > rare_events.json
# R 4.2.2, metafor 3.8-1, metadat 1.2-0, lme4 1.1-31, numDeriv, jsonlite.
suppressMessages({library(metafor); library(lme4)})
options(warn = -1)

long <- function(study, treatment, events, total) {
  data.frame(study = as.character(study), treatment, events, total)
}
two_arms <- function(d) {
  rbind(long(seq_len(nrow(d)), "treated", d$ai, d$n1i),
        long(seq_len(nrow(d)), "control", d$ci, d$n2i))
}

nielweise <- dat.nielweise2007
bcg <- with(dat.bcg, data.frame(ai = tpos, n1i = tpos + tneg,
                                ci = cpos, n2i = cpos + cneg))
collins <- with(dat.collins1985b, data.frame(ai = pre.xti, n1i = pre.nti,
                                             ci = pre.xci, n2i = pre.nci))
collins <- collins[complete.cases(collins), ]
smoking <- with(dat.hasselblad1998, long(study, trt, xi, ni))
# The adverse events of examples/koa-msc, analyses any-ae and serious-ae.
any_ae <- rbind(
  long("vega-2015", c("single_msc", "conventional"), c(14, 13), c(15, 15)),
  long("gupta-2016", c("single_msc", "conventional"), c(32, 16), c(40, 20)),
  long("lamo-espinosa-2016", c("single_msc", "conventional"), c(9, 1),
       c(20, 10)),
  long("emadedin-2018", c("single_msc", "conventional"), c(19, 7), c(22, 25)),
  long("kuah-2018", c("single_msc", "conventional"), c(16, 4), c(16, 4)),
  long("khalifeh-soltani-2019", c("single_msc", "conventional"), c(4, 0),
       c(10, 10)),
  long("lee-2019", c("single_msc", "conventional"), c(10, 7), c(12, 12)),
  long("lu-2019", c("repeated_msc", "conventional"), c(20, 15), c(26, 26)),
  long("bastos-2020", c("single_msc", "conventional"), c(1, 1), c(16, 17)),
  long("lamo-espinosa-2020", c("single_msc", "conventional"), c(6, 0),
       c(24, 26)),
  long("chen-2021", c("single_msc", "conventional"), c(28, 1), c(49, 8)),
  long("kim-2023", c("single_msc", "conventional"), c(49, 44), c(131, 130)),
  long("sadri-2023", c("single_msc", "conventional"), c(2, 0), c(20, 20)))
serious_ae <- rbind(
  long("vega-2015", c("single_msc", "conventional"), c(0, 0), c(15, 15)),
  long("gupta-2016", c("single_msc", "conventional"), c(5, 3), c(40, 20)),
  long("emadedin-2018", c("single_msc", "conventional"), c(2, 2), c(22, 25)),
  long("kuah-2018", c("single_msc", "conventional"), c(1, 0), c(16, 4)),
  long("khalifeh-soltani-2019", c("single_msc", "conventional"), c(0, 0),
       c(10, 10)),
  long("lee-2019", c("single_msc", "conventional"), c(0, 0), c(12, 12)),
  long("lu-2019", c("repeated_msc", "conventional"), c(0, 1), c(26, 26)),
  long("bastos-2020", c("single_msc", "conventional"), c(1, 1), c(16, 17)),
  long("chen-2021", c("single_msc", "conventional"), c(4, 0), c(49, 8)),
  long("kim-2023", c("single_msc", "conventional"), c(1, 3), c(131, 130)))

# Studies whose arms all have no event, or only events, say nothing.
informative <- function(d) {
  all_events <- ave(d$events, d$study, FUN = sum)
  d[all_events > 0 & all_events < ave(d$total, d$study, FUN = sum), ]
}

# Every treatment versus the first.
effects_of <- function(coefficients, covariance, treatments) {
  names <- paste0("treatment", treatments[-1])
  list(reference = treatments[1], treatments = treatments[-1],
       effects = unname(coefficients[names]),
       covariance = unname(covariance[names, names, drop = FALSE]))
}

mantel_haenszel <- function(d) {
  m <- rma.mh(ai = d$ai, n1i = d$n1i, ci = d$ci, n2i = d$n2i, measure = "OR",
              add = 0, correct = FALSE)
  list(effect = as.numeric(m$beta), variance = m$se^2)
}

common <- function(d) {
  d <- informative(d)
  treatments <- sort(unique(d$treatment), method = "radix")
  d$treatment <- factor(d$treatment, levels = treatments)
  f <- glm(cbind(events, total - events) ~ study + treatment, binomial, d,
           control = glm.control(epsilon = 1e-15, maxit = 100))
  c(effects_of(coef(f), vcov(f), treatments),
    list(log_likelihood = as.numeric(logLik(f))))
}

# glmer at 25 adaptive quadrature points for studies of two arms, +-1/2 coding.
# Its optimizer stops too early, so Newton steps on its deviance function follow
# (derivatives by Richardson extrapolation); standard errors are from the joint
# Hessian of the last.
random <- function(d) {
  d <- informative(d)
  treatments <- sort(unique(d$treatment), method = "radix")
  d <- d[order(d$study, d$treatment), ]
  d$half <- ifelse(duplicated(d$study), 0.5, -0.5)
  d$treatment <- factor(d$treatment, levels = treatments)
  formula <- cbind(events, total - events) ~ study + treatment +
    (0 + half | study)
  control <- glmerControl(optimizer = "bobyqa", calc.derivs = FALSE,
                          tolPwrss = 1e-11,
                          optCtrl = list(rhobeg = 0.02, rhoend = 1e-8,
                                         maxfun = 1e6))
  f <- glmer(formula, family = binomial, data = d, nAGQ = 25,
             control = control)
  deviance <- glmer(formula, family = binomial, data = d, nAGQ = 25,
                    control = control, devFunOnly = TRUE)
  x <- c(getME(f, "theta"), fixef(f))
  for (step in 1:4) {
    h <- numDeriv::hessian(deviance, x)
    x <- x - solve(h, numDeriv::grad(deviance, x))
  }
  h <- numDeriv::hessian(deviance, x)
  covariance <- 2 * solve(h)[-1, -1]
  dimnames(covariance) <- list(names(fixef(f)), names(fixef(f)))
  beta <- setNames(x[-1], names(fixef(f)))
  # With several nodes glmer gives log likelihoods less that of the saturated
  # model, and the deviance function leaves out a constant more.
  at_f <- deviance(c(getME(f, "theta"), fixef(f)))
  saturated <- sum(dbinom(d$events, d$total, d$events / d$total, log = TRUE))
  c(effects_of(beta, covariance, treatments),
    list(tau2 = unname(x[1])^2,
         log_likelihood = as.numeric(logLik(f)) - (deviance(x) - at_f) / 2 +
           saturated,
         gradient = max(abs(numDeriv::grad(deviance, x)))))
}

rma_glmm <- function(d) {
  m <- rma.glmm(ai = d$ai, n1i = d$n1i, ci = d$ci, n2i = d$n2i, measure = "OR",
                model = "UM.FS", nAGQ = 25, coding = 1/2)
  list(effect = as.numeric(m$beta), se = m$se, tau2 = m$tau2)
}

wide <- function(d) {
  a <- d[d$treatment == "single_msc", ]
  b <- d[d$treatment == "conventional", ][match(a$study,
       d$study[d$treatment == "conventional"]), ]
  data.frame(ai = a$events, n1i = a$total, ci = b$events, n2i = b$total)
}

out <- list(
  nielweise = list(studies = two_arms(nielweise),
    mantel_haenszel = mantel_haenszel(nielweise),
    common = common(two_arms(nielweise)), random = random(two_arms(nielweise)),
    rma_glmm = rma_glmm(nielweise)),
  bcg = list(studies = two_arms(bcg), mantel_haenszel = mantel_haenszel(bcg),
    common = common(two_arms(bcg)), random = random(two_arms(bcg)),
    rma_glmm = rma_glmm(bcg)),
  collins = list(studies = two_arms(collins),
    mantel_haenszel = mantel_haenszel(collins),
    common = common(two_arms(collins)), random = random(two_arms(collins)),
    rma_glmm = rma_glmm(collins)),
  smoking = list(studies = smoking, common = common(smoking)),
  any_ae = list(studies = any_ae, common = common(any_ae),
    random = random(any_ae),
    mantel_haenszel_single = mantel_haenszel(wide(any_ae)),
    mantel_haenszel_repeated = mantel_haenszel(
      data.frame(ai = 20, n1i = 26, ci = 15, n2i = 26))),
  serious_ae = list(studies = serious_ae,
    mantel_haenszel_single = mantel_haenszel(wide(serious_ae)),
    common = common(serious_ae[serious_ae$study != "lu-2019", ]),
    # The maximum is at tau = 0.
    random_tau2 = VarCorr(glmer(
      cbind(events, total - events) ~ study + treatment + (0 + half | study),
      family = binomial, nAGQ = 25,
      data = transform(informative(serious_ae[serious_ae$study != "lu-2019", ]),
                       half = ifelse(treatment == "single_msc", .5, -.5))))$
      study[1]))
cat(jsonlite::toJSON(out, digits = 17, auto_unbox = TRUE, pretty = TRUE,
                     matrix = "rowmajor"), "\n")
