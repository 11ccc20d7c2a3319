# Hat matrix and contributions of two analyses of the example, by generalised
# inverses and the enumeration of every path. Writes flow_expected.json:
#   Rscript flow.R > flow_expected.json     (R 4.2.2, MASS 7.3-58, jsonlite 1.8)
# Arms are those of the trials; tau2 is that of expected.json (REML).
library(MASS)
library(jsonlite)

arms <- list("pain-6m" = "
vega-2015,conventional,5.207,2.76,15
vega-2015,single_msc,3.36,2.39,15
gupta-2016,conventional,4.435,2.545,20
gupta-2016,single_msc,3.76,3.019,40
lamo-espinosa-2016,conventional,5,4.44,10
lamo-espinosa-2016,single_msc,2.5,2.6,20
emadedin-2018,conventional,-1.57,3.936,24
emadedin-2018,single_msc,-2.08,3.046,19
kuah-2018,conventional,-1.124,3.9,4
kuah-2018,single_msc,-2.67,2.06,16
freitag-2019,conventional,5.9,1.119,10
freitag-2019,single_msc,3.6,2.58,20
khalifeh-soltani-2019,conventional,3.8,3,10
khalifeh-soltani-2019,single_msc,4.6,3.3,10
lee-2019,conventional,5.75,1.5,12
lee-2019,single_msc,3.4,1.5,12
lu-2019,conventional,2.94,1.785,26
lu-2019,repeated_msc,2.54,1.55,26
matas-2019,conventional,2.8,0.87,8
matas-2019,single_msc,1.14,0.745,18
lamo-espinosa-2020,conventional,3.5,2,26
lamo-espinosa-2020,single_msc,3.3,2.2,24
chen-2021,conventional,-2.25,2.15,8
chen-2021,single_msc,-3.35,2.48,49
ho-2022,conventional,2.43,1.99,10
ho-2022,single_msc,-0.5,2.99,10
kim-2023,conventional,-1.55,2.37,127
kim-2023,single_msc,-2.52,2.46,125
sadri-2023,conventional,7,1.85,18
sadri-2023,single_msc,3.15,1.87,18
", "pain-12m" = "
vega-2015,conventional,5.093,3.01,15
vega-2015,single_msc,3.307,2.51,15
gupta-2016,conventional,4.01,2.437,20
gupta-2016,single_msc,3.72,2.843,40
lamo-espinosa-2016,conventional,4,1.48,10
lamo-espinosa-2016,single_msc,2,2.28,20
kuah-2018,conventional,-0.757,3.5,4
kuah-2018,single_msc,-1.98,3.1,16
lu-2019,conventional,2.96,1.69,26
lu-2019,repeated_msc,2.375,1.72,26
matas-2019,conventional,2.21,0.98,8
matas-2019,repeated_msc,0.24,0.21,9
matas-2019,single_msc,1.33,0.84,9
bastos-2020,conventional,4.05,2.22,16
bastos-2020,single_msc,4.32,2.65,16
lamo-espinosa-2020,conventional,4.5,2.2,26
lamo-espinosa-2020,single_msc,3.5,2.5,24
chen-2021,conventional,-2.5,2.58,8
chen-2021,single_msc,-3.349,2.77,49
ho-2022,conventional,2.7,2.06,10
ho-2022,single_msc,-0.5,3.78,10
sadri-2023,conventional,7.47,1.54,18
sadri-2023,single_msc,3.25,1.58,18
")
tau2 <- c("pain-6m" = 0.769006097841665, "pain-12m" = 1.50650829903265)

# All contrasts of all studies with the pseudo-inverse of their covariance: the
# form of Rücker (2012) with whole multi-arm studies.
contrasts_of <- function(table, tau2) {
  do.call(rbind, lapply(split(table, table$study), function(study) {
    v <- study$sd^2 / study$n + tau2 / 2     # tau2 of each contrast
    pairs <- combn(nrow(study), 2)
    B <- t(apply(pairs, 2, function(p) {
      b <- numeric(nrow(study)); b[p[1]] <- 1; b[p[2]] <- -1; b
    }))
    precision <- diag(1 / v)                   # of the arms
    one <- rep(1, nrow(study))
    L <- precision - precision %*% one %*% t(one) %*% precision /
      sum(precision)                         # centred: B'WB of the study
    data.frame(study = study$study[1], first = study$treatment[pairs[1, ]],
               second = study$treatment[pairs[2, ]],
               effect = as.vector(B %*% study$mean),
               weight = -L[t(pairs)])
  }))
}

# Shares by every simple path along the flow, from a to b.
enumerate <- function(edges, a, b) {
  shares <- numeric(nrow(edges))
  walk <- function(node, probability, path) {
    if (node == b) {
      shares[path] <<- shares[path] + probability / length(path)
      return(invisible())
    }
    out <- which(edges$from == node & edges$flow > 1e-12)
    for (e in out) {
      walk(edges$to[e], probability * edges$flow[e] / sum(edges$flow[out]),
           c(path, e))
    }
  }
  walk(a, 1, integer(0))
  shares
}

analyse <- function(id) {
  table <- read.csv(text = arms[[id]], header = FALSE,
                    col.names = c("study", "treatment", "mean", "sd", "n"))
  all <- contrasts_of(table, tau2[[id]])
  direct <- unique(all[order(all$first, all$second), c("first", "second")])
  treatments <- sort(unique(table$treatment))
  pick <- function(i) all$first == direct$first[i] & all$second == direct$second[i]
  w <- sapply(seq_len(nrow(direct)), function(i) sum(all$weight[pick(i)]))
  y <- sapply(seq_len(nrow(direct)),
              function(i) weighted.mean(all$effect[pick(i)], all$weight[pick(i)]))
  B <- outer(direct$first, treatments, "==") - outer(direct$second, treatments, "==")
  plus <- ginv(t(B) %*% diag(w, length(w)) %*% B)
  lapply(combn(treatments, 2, simplify = FALSE), function(pair) {
    e <- (treatments == pair[1]) - (treatments == pair[2])
    h <- as.vector(t(e) %*% plus %*% t(B) %*% diag(w, length(w)))
    edges <- data.frame(from = ifelse(h > 0, direct$first, direct$second),
                        to = ifelse(h > 0, direct$second, direct$first),
                        flow = abs(h))
    shares <- enumerate(edges, pair[1], pair[2])
    studies <- sapply(sort(unique(all$study)), function(study) {
      sum(sapply(seq_len(nrow(direct)), function(i) {
        shares[i] * sum(all$weight[pick(i) & all$study == study]) / w[i]
      }))
    })
    list(analysis = id, first = pair[1], second = pair[2],
         effect = sum(h * y),
         direct = paste(direct$first, direct$second), flows = I(h),
         direct_shares = I(shares), studies = names(studies),
         study_shares = I(unname(studies)))
  })
}

cat(toJSON(do.call(c, lapply(names(arms), analyse)), auto_unbox = TRUE,
           digits = NA, pretty = TRUE), "\n", sep = "")
