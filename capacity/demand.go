package capacity

import "time"

// Zone is the wall clock of d, UTC if its name is unknown.
func (d Demand) Zone() *time.Location {
	if zone, err := time.LoadLocation(d.Timezone); err == nil {
		return zone
	}
	return time.UTC
}

// StepStart is the start of the step that holds t. Steps start at whole
// multiples of the step on the wall clock of the zone, counted from midnight.
func (d Demand) StepStart(t time.Time) time.Time {
	local := t.In(d.Zone())
	_, east := local.Zone()
	offset := time.Duration(east) * time.Second
	return t.Add(offset).UTC().Truncate(d.Step).Add(-offset).In(local.Location())
}

// Stamp writes a time for people, on the wall clock of a zone and with its
// abbreviation: 2 Mar 2026 00:00 CET. Nil is UTC.
func Stamp(t time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	layout := "2 Jan 2006 15:04 MST"
	if t = t.In(zone); t.Second() != 0 {
		layout = "2 Jan 2006 15:04:05 MST"
	}
	return t.Format(layout)
}
