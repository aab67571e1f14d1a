# Expected figures of tests/diagnosis/test_drivers_oracles.py, made once with R and kept as expected.csv.
# Data: longley and swiss of R's datasets, Grunfeld of plm, engel of quantreg; written beside this file as CSV.
# Run: Rscript make_reference.R  (Debian: r-base-core r-cran-plm r-cran-sandwich r-cran-lmtest r-cran-quantreg
# r-cran-car r-cran-glmnet r-cran-rms)
suppressMessages({library(plm); library(sandwich); library(lmtest); library(quantreg); library(car); library(glmnet); library(rms)})
out <- data.frame()
put <- function(set, what, names, values) out <<- rbind(out, data.frame(set = set, what = what, name = names,
  value = sprintf("%.15g", as.numeric(values))))

data(longley); write.csv(longley, "longley.csv", row.names = FALSE)
m <- lm(Employed ~ ., data = longley)
put("longley", "estimate", names(coef(m)), coef(m))
put("longley", "classical", names(coef(m)), sqrt(diag(vcov(m))))
for (kind in c("HC0", "HC1", "HC2", "HC3")) put("longley", kind, names(coef(m)), sqrt(diag(vcovHC(m, type = kind))))
put("longley", "vif", names(vif(m)), vif(m))
put("longley", "hat", rownames(longley), hatvalues(m))
put("longley", "cook", rownames(longley), cooks.distance(m))
put("longley", "breusch_pagan", c("statistic", "p"), c(bptest(m)$statistic, bptest(m)$p.value))
put("longley", "shapiro", c("statistic", "p"), c(shapiro.test(resid(m))$statistic, shapiro.test(resid(m))$p.value))

data(swiss); write.csv(data.frame(unit = rownames(swiss), swiss), "swiss.csv", row.names = FALSE)
m <- lm(Fertility ~ ., data = swiss)
put("swiss", "estimate", names(coef(m)), coef(m))
put("swiss", "HC3", names(coef(m)), sqrt(diag(vcovHC(m, type = "HC3"))))
put("swiss", "vif", names(vif(m)), vif(m))
# LMG the long way: sequential sums of squares averaged over all 120 orders
x <- names(swiss)[-1]; total <- sum((swiss$Fertility - mean(swiss$Fertility))^2)
orders <- function(v) if (length(v) == 1) list(v) else do.call(c, lapply(seq_along(v), function(i) lapply(orders(v[-i]), function(o) c(v[i], o))))
share <- setNames(numeric(length(x)), x)
for (o in orders(x)) { a <- anova(lm(reformulate(o, "Fertility"), data = swiss)); share[o] <- share[o] + a[o, "Sum Sq"] / total }
put("swiss", "lmg", names(share), share / factorial(length(x)))
loo <- t(sapply(seq_len(nrow(swiss)), function(i) coef(lm(Fertility ~ ., data = swiss[-i, ]))))
put("swiss", "loo_education", rownames(swiss), loo[, "Education"])

data("Grunfeld", package = "plm"); write.csv(Grunfeld, "grunfeld.csv", row.names = FALSE)
g <- pdata.frame(Grunfeld, index = c("firm", "year"))
fe <- plm(inv ~ value + capital, g, model = "within"); tw <- plm(inv ~ value + capital, g, model = "within", effect = "twoways")
re <- plm(inv ~ value + capital, g, model = "random"); fd <- plm(inv ~ value + capital - 1, g, model = "fd")
fdt <- lm(d ~ . - 1, data = { s <- Grunfeld[order(Grunfeld$firm, Grunfeld$year), ]; q <- diff(as.matrix(s[, c("inv", "value", "capital")]))
  keep <- diff(s$firm) == 0; q <- data.frame(q[keep, ]); names(q)[1] <- "d"; yr <- s$year[-1][keep]
  D <- sapply(1936:1954, function(t) (yr == t) - (yr == t + 1)); data.frame(q, D) })
put("grunfeld", "fe", c("value", "capital"), coef(fe)); put("grunfeld", "fe_se", c("value", "capital"), sqrt(diag(vcov(fe))))
put("grunfeld", "fe_cluster", c("value", "capital"), sqrt(diag(vcovHC(fe, method = "arellano", type = "HC0", cluster = "group"))))
put("grunfeld", "fe2", c("value", "capital"), coef(tw)); put("grunfeld", "fe2_se", c("value", "capital"), sqrt(diag(vcov(tw))))
put("grunfeld", "re", names(coef(re)), coef(re)); put("grunfeld", "re_se", names(coef(re)), sqrt(diag(vcov(re))))
put("grunfeld", "fd", c("value", "capital"), coef(fd)); put("grunfeld", "fd_se", c("value", "capital"), sqrt(diag(vcov(fd))))
put("grunfeld", "fd_years", c("value", "capital"), coef(fdt)[c("value", "capital")])

data(engel); write.csv(engel, "engel.csv", row.names = FALSE)
for (q in c(.05, .25, .5, .75, .95)) put("engel", paste0("rq_", q), c("Intercept", "income"), coef(rq(foodexp ~ income, tau = q, data = engel)))

z <- scale(as.matrix(swiss[, -1])) * sqrt(nrow(swiss) / (nrow(swiss) - 1)); y <- swiss$Fertility
e <- glmnet(z, y, alpha = .5, lambda = c(4, 2, 1, .5), standardize = FALSE, thresh = 1e-18, maxit = 1e7)
for (k in 1:4) put("swiss", paste0("enet_", c(4, 2, 1, .5)[k]), x, e$beta[, k])

b <- rcspline.eval(swiss$Education, knots = c(3, 8, 12, 20, 40), inclx = TRUE)
put("swiss", "rcs", paste0(rep(1:4, each = nrow(swiss)), ".", rep(seq_len(nrow(swiss)), 4)), as.vector(b))
put("p", "holm", 1:6, p.adjust(c(.001, .04, .03, .2, .012, .9), "holm"))
put("p", "BH", 1:6, p.adjust(c(.001, .04, .03, .2, .012, .9), "BH"))
write.csv(out, "expected.csv", row.names = FALSE, quote = TRUE)
cat(R.version.string, "\n"); for (p in c("plm", "sandwich", "lmtest", "quantreg", "car", "glmnet", "rms")) cat(p, as.character(packageVersion(p)), "\n")
