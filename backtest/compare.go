package backtest

import (
	"slices"

	"headroom/capacity"
	"headroom/models/blend"
)

// A Comparison is the best of several models on one series, ready to be fitted
// to all of it.
type Comparison struct {
	Choice  Choice
	Results []Result      // of all models, blends included
	Winner  Result        // what the winner forecast at the origins
	Weights blend.Weights // that it learnt; zero unless the winner is a blend that learns
	NoCosts string        // why models were compared by error although they were to be by cost

	drawn [][]float64 // of Choice.Board[i], the ratios of its cost that resampling gave
}

// Singles is the models that have to be run: a blend needs no run, but its
// members do, since what it forecasts follows from what they do.
func Singles(models []capacity.Model) []capacity.Model {
	var singles []capacity.Model
	add := func(m capacity.Model) {
		if Named(singles, m.Name(), blend.Weights{}) == nil {
			singles = append(singles, m)
		}
	}
	for _, m := range models {
		b, blends := m.(blend.Model)
		if !blends {
			add(m)
		}
		for _, member := range b.Members {
			add(member)
		}
	}
	return singles
}

// Compare chooses among models, simplest first, of which results has those of
// the [Singles], from one series and one Settings. A blend that learns is
// preferred: on many series it is better than any choice of one model. Its
// errors are those of [Choose].
func Compare(models []capacity.Model, results []Result, baseline string) (Comparison, error) {
	all, weights, preferred := withBlends(models, results)
	choice, err := Choose(all, baseline, preferred)
	if err != nil {
		return Comparison{Choice: choice}, err
	}
	return compared(choice, all, weights), nil
}

// withBlends is the results of models, what the blends among them learnt by
// their names, and the name of the last one that learns. Members of a blend that
// are not among models themselves cannot be chosen.
func withBlends(models []capacity.Model, results []Result) (all []Result, weights map[string]blend.Weights, learns string) {
	all = slices.DeleteFunc(slices.Clone(results), func(r Result) bool { return onlyMember(models, r.Score.Model) })
	weights = map[string]blend.Weights{}
	for _, m := range models {
		if b, ok := m.(blend.Model); ok {
			if b.Learns {
				learns = b.Name()
			}
			r, w := combine(b, results)
			all, weights[b.Name()] = append(all, r), w
		}
	}
	return all, weights, learns
}

// onlyMember reports whether the name is that of a member of a blend among
// models, but of no model itself.
func onlyMember(models []capacity.Model, name string) bool {
	called := func(m capacity.Model) bool { return m.Name() == name }
	return !slices.ContainsFunc(models, called) && slices.ContainsFunc(models, func(m capacity.Model) bool {
		b, ok := m.(blend.Model)
		return ok && slices.ContainsFunc(b.Members, called)
	})
}

// compared is a choice among results, with what its winner learnt.
func compared(choice Choice, all []Result, weights map[string]blend.Weights) Comparison {
	winner := slices.IndexFunc(all, func(r Result) bool { return r.Score.Model == choice.Winner })
	return Comparison{Choice: choice, Results: all, Winner: all[winner], Weights: weights[choice.Winner]}
}

// Named is the model of that name, with the weights that it learnt, or nil.
func Named(models []capacity.Model, name string, w blend.Weights) capacity.Model {
	i := slices.IndexFunc(models, func(m capacity.Model) bool { return m.Name() == name })
	if i < 0 {
		return nil
	}
	if b, ok := models[i].(blend.Model); ok {
		return b.Weighted(w)
	}
	return models[i]
}
