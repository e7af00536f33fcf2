package policy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

func (f *file) capacity(top *section, p *capacity.Policy) {
	s := top.sub("capacity", "say what is scaled: capacity: {pools: [...]}")
	var sections, ramps []*section
	for i, n := range required(s, "pools", list, "list the pools that are scaled, each with target, unitRate, max and price") {
		path := fmt.Sprintf("capacity.pools[%d]", i)
		if n.Kind == yaml.AliasNode {
			f.wrong(n.Line, path, "an alias (*%s); write the pool out", shorten(n.Value))
			continue
		}
		pool := f.section(path, n)
		p.Pools = append(p.Pools, f.pool(pool, p.Forecast.Horizon))
		sections, ramps = append(sections, pool), append(ramps, pool.sub("ramp", ""))
	}
	f.apart(sections, p.Pools)
	f.alone(sections, p.Pools)
	ramp := s.sub("ramp", "")
	shared(ramp, ramps, "up", rate, noLimit, "units may be added as fast as the target allows", func(i int, r capacity.Rate) { p.Pools[i].Ramp.Up = r })
	shared(ramp, ramps, "down", rate, noLimit, "units may be removed as fast as the target allows", func(i int, r capacity.Rate) { p.Pools[i].Ramp.Down = r })
	shared(s, sections, "hold", duration(0), "0s", "a number may change again in the next step", func(i int, d time.Duration) { p.Pools[i].Hold = d })
}

// shared reads a limit of each pool, which the section around them may set for
// those that set none of their own. Its default is noted if one of them needs
// it.
func shared[T any](around *section, pools []*section, key string, parse parser[T], text, why string, set func(i int, v T)) {
	var open []int
	for i, pool := range pools {
		if _, said := pool.has(key); said {
			set(i, value(pool, key, pool.values[key], parse))
		} else {
			open = append(open, i)
		}
	}
	if _, said := around.has(key); !said && len(open) == 0 {
		return
	}
	v := optional(around, key, parse, text, why)
	for _, i := range open {
		set(i, v)
	}
}

// apart checks that no two pools share a name or a target, which would then be
// asked for two numbers.
func (f *file) apart(sections []*section, pools []capacity.Pool) {
	names, fleets := map[string]int{}, map[string]int{}
	for i, pool := range pools {
		line, named := sections[i].has("name")
		at, _ := sections[i].has("target")
		// What the query of an address says does not make it another fleet.
		fleet, _, _ := strings.Cut(string(pool.Target), "?")
		first, twice := fleets[fleet]
		if twice = twice && fleet != ""; twice {
			f.wrong(at, sections[i].full("target"), "%s is scaled by the pool %s already; give each a target of its own", fleet, f.on(first))
		} else {
			fleets[fleet] = at
		}
		switch first, again := names[pool.Name]; {
		case again && pool.Name != "" && (named || !twice):
			f.wrong(line, sections[i].full("name"), "%s is the pool %s already; give each a name of its own", pool.Name, f.on(first))
		case !again:
			names[pool.Name] = line
		}
	}
}

// list reads a list with at least one entry.
func list(n *yaml.Node) ([]*yaml.Node, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s, but a list is wanted; write one entry, starting with a dash", describe(n))
	}
	if len(n.Content) == 0 {
		return nil, errors.New("no pool; write one, with target, unitRate, max and price")
	}
	return n.Content, nil
}
