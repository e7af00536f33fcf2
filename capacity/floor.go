package capacity

// A Floor is the strategies that react to the load of now, beneath a plan; what
// most of them ask for counts. The zero Floor is none.
type Floor struct {
	// Dynamic is the utilisation that the strategy of this name aims at, as a
	// share in (0, 1]. Zero: without it.
	Dynamic   float64 `json:",omitempty"`
	Threshold bool    `json:",omitempty"` // whether the strategy of this name counts
}

// Wanted reports whether there is any.
func (f Floor) Wanted() bool { return f != Floor{} }
