package reactive

import "headroom/capacity"

// A Memory is what a floor remembers between two measurements. The zero Memory
// is a start.
type Memory struct {
	Started   bool           `json:",omitempty"`
	Dynamic   capacity.Units `json:",omitempty"` // that the strategy of this name runs by itself
	Wants     Wants          `json:",omitempty"`
	Threshold capacity.Units `json:",omitempty"`
	Changed   Changed        `json:",omitzero"`
}

// Floor is how many units the strategies of a policy's floor would run at a
// measured load if nothing else decided, at most so many, and what to hand in
// the next time. They are autoscalers of their own: what a plan runs beside them
// neither keeps them up nor pulls them down. A start is at the units of m. A
// load that is not known changes nothing.
func Floor(f capacity.Floor, m Measurement, most capacity.Units, memory Memory) (capacity.Units, Memory) {
	if !memory.Started {
		memory = Memory{Started: true, Dynamic: m.Units, Threshold: m.Units}
	}
	units := capacity.Units(0)
	if f.Dynamic > 0 {
		m.Units, m.Serving = memory.Dynamic, memory.Dynamic
		memory.Dynamic, memory.Wants = Dynamic{Target: f.Dynamic}.Units(m, memory.Wants)
		memory.Dynamic = min(memory.Dynamic, most)
		units = max(units, memory.Dynamic)
	}
	if f.Threshold {
		m.Units, m.Serving = memory.Threshold, memory.Threshold
		memory.Threshold, memory.Changed = Threshold{}.Units(m, memory.Changed)
		memory.Threshold = min(memory.Threshold, most)
		units = max(units, memory.Threshold)
	}
	return units, memory
}
