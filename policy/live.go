package policy

import (
	"strings"

	"headroom/capacity"
)

// liveOff is how the file says that nothing is decided between plans.
const liveOff capacity.Live = "off"

// live reads what becomes of the controller's decisions. By itself it decides where it
// can, and nothing is asked for.
func (f *file) live(s *section, p capacity.Policy) capacity.Live {
	text, why := string(capacity.LiveShadow), "the controller decides every minute and is compared with what ran; nothing is asked for until this is auto"
	if fault := p.LiveFault(capacity.LiveShadow); fault != "" {
		text, why = string(liveOff), fault
		if end := strings.LastIndex(why, ";"); end > 0 {
			why = why[:end] // the remedy is to do what is done
		}
	}
	mode := optional(s, "live", oneOf(liveOff, capacity.LiveShadow, capacity.LiveRaiseOnly, capacity.LiveAuto), text, why)
	if mode == liveOff {
		mode = capacity.LiveOff
	}
	line, said := s.has("live")
	if fault := p.LiveFault(mode); said && fault != "" && len(f.mistakes) == 0 { // of mistakes elsewhere it would only be a consequence
		f.wrong(line, s.full("live"), "%s cannot be: %s", mode, fault)
	}
	return mode
}

// formatLive writes a mode so that live reads it.
func formatLive(l capacity.Live) string {
	if l == capacity.LiveOff {
		l = liveOff
	}
	return quote(string(l))
}
