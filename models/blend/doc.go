// Package blend makes one forecast out of several. A combination beats the
// choice of a single model nearly always, and is never as bad as the worst
// (Bates and Granger, Operational Research Quarterly 20, 1969, 451-468); how
// much each member has to say is learnt from a backtest, block by block of the
// horizon, since who is best an hour ahead is seldom best a day ahead.
package blend
