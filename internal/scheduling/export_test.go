package scheduling

// Made is what is found once a change that creates was made.
func Made(c Change) Found {
	return Found{ID: c.ID, Service: c.Service, Paused: c.entry.Paused, mark: c.mark}
}

// Times is when a cron expression comes up in a zone.
var Times = times
