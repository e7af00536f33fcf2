package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"headroom/activities"
	"headroom/capacity"
	"headroom/models"
	"headroom/planner"
)

var draws = flag.Int("draws", 50, "how many histories of each kind TestReading_Kinds draws")

var everyModel = flag.Bool("every-model", false, "plan with all models in TestReading, and not with the seasonal naive ones only")

// A drawn is a load that is known at every moment, and how it was measured.
type drawn struct {
	*rand.Rand
	mean, swing, peak float64 // a wave of a day: requests per second, and its local hour
	weekend           float64 // of the load of other days
	noise             float64
	zone              *time.Location
	start, end        time.Time
	interval          time.Duration // between measurements
	policy            capacity.Policy
	samples           []sample
	clean             []sample // as they were before a fault was added
}

// A sample is a measurement that was or was not exported.
type sample struct {
	at    time.Time
	rate  float64 // requests per second over the interval
	cover time.Duration
}

// draw draws a load and measures it without any fault.
func draw(seed uint64) *drawn {
	r := rand.New(rand.NewPCG(seed, 77))
	d := &drawn{Rand: r, mean: 50 * math.Exp(4*r.Float64()), peak: 24 * r.Float64(), weekend: 1}
	d.swing = (0.3 + 0.5*r.Float64()) * d.mean
	if d.IntN(3) == 0 {
		d.weekend = 0.5 + 0.4*r.Float64()
	}
	d.noise = []float64{0, 0.01, 0.03}[d.IntN(3)]
	d.zone = mustZone([]string{"UTC", "Asia/Kolkata", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Adelaide"}[d.IntN(6)])
	step := []time.Duration{10 * time.Minute, 30 * time.Minute, time.Hour}[d.IntN(3)]
	d.interval = step / time.Duration([]int{1, 1, 2, 5, 10}[d.IntN(5)])
	days := 22 + d.IntN(6)
	first := time.Date(2026, time.Month(1+d.IntN(12)), 1+d.IntN(27), 0, 0, 0, 0, d.zone)
	d.start, d.end = first, first.AddDate(0, 0, days)
	units := 6 + 20*r.Float64()
	d.policy = capacity.Policy{
		Service:   "chat",
		Demand:    capacity.Demand{Source: "file:///x/", Time: "ts", Value: "requests", Aggregate: capacity.Sum, Step: step, Timezone: d.zone.String(), ZoneGiven: true, Window: 28 * 24 * time.Hour},
		Forecast:  capacity.Outlook{Horizon: 24 * time.Hour},
		Pools:     []capacity.Pool{{Name: "g5", Target: "sim://chat", UnitRate: (d.mean + d.swing) / units, Min: 1, Max: 200, Price: 1, LeadTime: 4 * time.Minute}},
		Objective: capacity.Objective{Missing: 40},
		Control:   capacity.Control{Mode: capacity.Propose},
	}
	d.measure()
	return d
}

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// measure measures the load at equal intervals.
func (d *drawn) measure() {
	d.samples = nil
	for t := d.start; t.Before(d.end); t = t.Add(d.interval) {
		d.samples = append(d.samples, sample{t, d.load(t.Add(d.interval/2)) * math.Exp(d.noise*d.NormFloat64()), d.interval})
	}
	d.clean = slices.Clone(d.samples)
}

// load is the load at a moment, in requests per second.
func (d *drawn) load(t time.Time) float64 {
	local := t.In(d.zone)
	hour := float64(local.Hour()) + float64(local.Minute())/60
	v := d.mean + d.swing*math.Cos((hour-d.peak)/24*2*math.Pi)
	if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
		v *= d.weekend
	}
	return v
}

// rows writes samples as counts, with times in UTC.
func rows(samples []sample) [][]string {
	var out [][]string
	for _, s := range samples {
		out = append(out, []string{s.at.UTC().Format("2006-01-02T15:04:05.999Z"), fmt.Sprintf("%.0f", s.rate*s.cover.Seconds())})
	}
	return out
}

// text writes rows below a header.
func text(header string, rows [][]string) []byte {
	var b bytes.Buffer
	b.WriteString(header + "\n")
	for _, r := range rows {
		b.WriteString(strings.Join(r, ",") + "\n")
	}
	return b.Bytes()
}

func export(samples []sample) []byte { return text("ts,requests", rows(samples)) }

// A reading is what a plan from an export came to.
type reading struct {
	units []capacity.Units
	hours float64
	notes []string
	err   error
}

// read plans from files, each under its name, for the moment now.
func (d *drawn) read(t *testing.T, p capacity.Policy, files map[string][]byte, now time.Time) reading {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var clock capacity.Clock
	s, account, err := offlineHistory(context.Background(), p, dir, clock)
	if err != nil {
		return reading{err: err}
	}
	if now.IsZero() {
		now = s.End()
	}
	look, err := activities.NewOutlook(p, s, now)
	if err != nil {
		return reading{err: err}
	}
	account = activities.Account(account, p, look.Ready)
	pool := models.New(models.Seasons(s.Step))
	if !*everyModel {
		pool = only(pool, seasonalNaive, "seasonal-naive-week")
	}
	x, err := look.Continue(context.Background(), pool)
	if err != nil {
		return reading{err: err}
	}
	f, notes := look.Restore(x.Forecast)
	plan, err := activities.Build(planner.Input{Policy: p, Forecast: f, States: []capacity.State{{Units: 5, Serving: 5}}, Now: now}, s)
	if err != nil {
		return reading{err: err}
	}
	out := reading{notes: account.Notes}
	for _, note := range notes {
		if strings.HasPrefix(note, "LATE HISTORY") {
			out.notes = append(out.notes, note)
		}
	}
	// Units at each minute, so that plans of different steps can be compared.
	steps := plan.Pools[0].Steps
	for i, step := range steps {
		end := step.Start.Add(plan.Step)
		from := step.Start
		if i == 0 {
			from = now
		}
		for at := from; at.Before(end); at = at.Add(time.Minute) {
			out.units = append(out.units, step.Units)
			out.hours += float64(step.Units) / 60
		}
	}
	return out
}

// verdicts of a draw.
const (
	right   = "right"
	flagged = "flagged or refused"
	silent  = "wrong without a word"
)

// judge compares a reading with the right one.
func judge(got, want reading) string {
	if got.err != nil {
		return flagged
	}
	off, peak, wantPeak := 0.0, capacity.Units(0), capacity.Units(0)
	n := min(len(got.units), len(want.units))
	for i := range n {
		off += math.Abs(float64(got.units[i]-want.units[i])) / 60
		peak, wantPeak = max(peak, got.units[i]), max(wantPeak, want.units[i])
	}
	short := math.Abs(float64(len(got.units)-len(want.units))) > 0.05*float64(len(want.units))
	if off <= 0.05*want.hours && peak-wantPeak <= 1 && wantPeak-peak <= 1 && !short {
		return right
	}
	if len(got.notes) > 0 {
		return flagged
	}
	return silent
}

// A kind spoils an export in one way, and returns the files and the policy that
// reads them. A nil map means that the draw does not apply.
type kind func(d *drawn, p *capacity.Policy) map[string][]byte

func one(data []byte) map[string][]byte { return map[string][]byte{"load.csv": data} }

var kinds = map[string]kind{
	"the interval changes": func(d *drawn, p *capacity.Policy) map[string][]byte {
		times := []int{2, 3, 6}[d.IntN(3)]
		if time.Duration(times)*d.interval > time.Hour {
			times = 2
		}
		n := len(d.samples) / times * times
		length := max(6*times, d.IntN(n/4)) / times * times
		from := []int{0, n - length, d.IntN(n-length) / times * times}[d.IntN(3)]
		var out []sample
		for i := 0; i < n; i++ {
			s := d.samples[i]
			if i >= from && i < from+length {
				for k := 1; k < times; k++ {
					i++
					s.rate += d.samples[i].rate
				}
				s.rate, s.cover = s.rate/float64(times), s.cover*time.Duration(times)
			}
			out = append(out, s)
		}
		return one(export(append(out, d.samples[n:]...)))
	},
	"rows for each host": func(d *drawn, p *capacity.Policy) map[string][]byte {
		p.Demand.Across = capacity.Sum
		hosts := 2 + d.IntN(4)
		var out [][]string
		for _, s := range d.samples {
			left := math.Round(s.rate * s.cover.Seconds())
			for h := range hosts {
				part := left
				if h < hosts-1 {
					part = math.Round(left * (0.2 + 0.5*d.Float64()))
				}
				left -= part
				out = append(out, []string{s.at.UTC().Format(time.RFC3339), fmt.Sprintf("host-%d", h), fmt.Sprint(int(part))})
			}
		}
		if d.IntN(2) == 0 {
			slices.SortStableFunc(out, func(a, b []string) int { return strings.Compare(a[1], b[1]) })
		}
		return one(text("ts,host,requests", out))
	},
	"compressed and in parts": func(d *drawn, p *capacity.Policy) map[string][]byte {
		files := map[string][]byte{"out/_SUCCESS": nil}
		parts := 1 + d.IntN(4)
		for i := range parts {
			data := export(d.samples[i*len(d.samples)/parts : (i+1)*len(d.samples)/parts])
			files[fmt.Sprintf("out/part-%05d", i)] = compressed(d, data)
		}
		for i := range d.IntN(3) {
			files[fmt.Sprintf("out/part-1%04d", i)] = compressed(d, [][]byte{nil, []byte("ts,requests\n")}[d.IntN(2)])
		}
		return files
	},
	"in another dialect": func(d *drawn, p *capacity.Policy) map[string][]byte {
		return one(dialect(d, p))
	},
	"a time of day is never measured": func(d *drawn, p *capacity.Policy) map[string][]byte {
		from := time.Duration(d.IntN(24*6)) * 10 * time.Minute
		length := max(p.Demand.Step, time.Duration(1+d.IntN(18))*10*time.Minute)
		d.samples = slices.DeleteFunc(d.samples, func(s sample) bool {
			local := s.at.In(d.zone)
			of := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
			return (of-from+24*time.Hour)%(24*time.Hour) < length
		})
		return one(export(d.samples))
	},
	"a sample is many times too high": func(d *drawn, p *capacity.Policy) map[string][]byte {
		for range 1 + d.IntN(2) {
			i := d.IntN(len(d.samples) - 1)
			// So that the step that holds it is 10 to 1000 times the usual.
			d.samples[i].rate *= (10 + math.Exp(6.9*d.Float64())) * float64(p.Demand.Step/d.interval)
		}
		return one(export(d.samples))
	},
	"times jitter and samples are lost": func(d *drawn, p *capacity.Policy) map[string][]byte {
		if d.interval == p.Demand.Step {
			d.interval /= 5
			d.measure()
		}
		jitter := 0.15 * d.Float64() * float64(d.interval)
		loss, days := 0.05+0.45*d.Float64(), 1+d.IntN(3)
		from := d.start.AddDate(0, 0, d.IntN(12))
		to := from.AddDate(0, 0, days)
		late := d.IntN(2) == 0
		var out []sample
		for _, s := range d.samples {
			if s.at.After(from) && s.at.Before(to) && d.Float64() < loss {
				continue
			}
			off := jitter * d.Float64()
			if !late {
				off -= jitter / 2
			}
			s.at = s.at.Add(time.Duration(off).Round(time.Millisecond))
			out = append(out, s)
		}
		return one(export(out))
	},
	"a few values are no numbers": func(d *drawn, p *capacity.Policy) map[string][]byte {
		r := rows(d.samples)
		for range 1 + d.IntN(3) {
			r[d.IntN(len(r))][1] = []string{"NaN", "+Inf", "-Inf", "", "null", "N/A", "nan", `\N`, "-"}[d.IntN(9)]
		}
		return one(text("ts,requests", r))
	},
	"a long gap": func(d *drawn, p *capacity.Policy) map[string][]byte {
		from := d.start.Add(time.Duration(d.IntN(24*10)) * time.Hour)
		to := from.Add(time.Duration(1+d.IntN(48)) * time.Hour)
		d.samples = slices.DeleteFunc(d.samples, func(s sample) bool { return !s.at.Before(from) && s.at.Before(to) })
		return one(export(d.samples))
	},
	"a row far from all others": func(d *drawn, p *capacity.Policy) map[string][]byte {
		stray := d.samples[d.IntN(len(d.samples))]
		stray.at = stray.at.AddDate([]int{73, 1, -1, -30, 10}[d.IntN(5)], d.IntN(3), 0)
		at := d.IntN(len(d.samples))
		return one(export(slices.Insert(slices.Clone(d.samples), at, stray)))
	},
	"repeats and corrections": func(d *drawn, p *capacity.Policy) map[string][]byte {
		data := slices.Clone(d.samples)
		for range 1 + d.IntN(20) {
			data = append(data, data[d.IntN(len(data))])
		}
		wrong := slices.Clone(d.samples[:1+d.IntN(20)])
		for i := range wrong {
			wrong[i].rate *= 0.3
		}
		return map[string][]byte{"2026.csv": export(wrong), "2026b.csv": export(data)}
	},
	"an outage": func(d *drawn, p *capacity.Policy) map[string][]byte {
		from := d.start.Add(time.Duration(24+d.IntN(24*10)) * time.Hour)
		to := from.Add(time.Duration(1+d.IntN(6)) * time.Hour)
		for i, s := range d.samples {
			if !s.at.Before(from) && s.at.Before(to) {
				d.samples[i].rate = 0
			}
		}
		return one(export(d.samples))
	},
	"rates read as counts": func(d *drawn, p *capacity.Policy) map[string][]byte {
		p.Pools[0].Min, p.Pools[0].Max = 2, 60
		var out [][]string
		for _, s := range d.samples {
			out = append(out, []string{s.at.UTC().Format(time.RFC3339), fmt.Sprintf("%.2f", s.rate)})
		}
		return one(text("ts,requests", out))
	},
}

// A kind that can only be flagged: its right plan is not to be had from the file.
var onlyFlagged = []string{"rates read as counts"}

// compressed compresses data, or not, in one of the ways of common tools.
func compressed(d *drawn, data []byte) []byte {
	zip := func(data []byte) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(data) // into memory
		_ = w.Close()
		return b.Bytes()
	}
	pack := func(data []byte) []byte {
		w, err := zstd.NewWriter(nil)
		if err != nil {
			panic(err)
		}
		return w.EncodeAll(data, nil)
	}
	skip := func() []byte {
		frame := binary.LittleEndian.AppendUint32(nil, 0x184D2A50+uint32(d.IntN(16)))
		length := d.IntN(40)
		return append(binary.LittleEndian.AppendUint32(frame, uint32(length)), make([]byte, length)...)
	}
	middle := len(data) / 2
	switch d.IntN(7) {
	case 0:
		return zip(data)
	case 1:
		return append(zip(data[:middle]), zip(data[middle:])...)
	case 2:
		return append(zip(data), make([]byte, 1+d.IntN(2000))...)
	case 3:
		return pack(data)
	case 4:
		return slices.Concat(skip(), pack(data[:middle]), skip(), pack(data[middle:]), skip())
	case 5:
		return zip(pack(data))
	}
	return data
}

// dialect writes the load as a spreadsheet or a database does.
func dialect(d *drawn, p *capacity.Policy) []byte {
	comma := []string{",", ";", "\t", "|"}[d.IntN(4)]
	end := []string{"\n", "\r\n", "\r"}[d.IntN(3)]
	layout := []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05.000Z07:00", "2006/01/02 15:04", "02.01.2006 15:04", "2006-01-02 15:04:05 MST", "20060102T150405Z", "unix", "milli", "01/02/2006 03:04 PM"}[d.IntN(10)]
	fraction := []string{"", ".", ","}[d.IntN(3)]
	if fraction == "," && comma == "," {
		fraction = "."
	}
	quote := d.IntN(2) == 0
	field := func(s string) string {
		if quote || strings.Contains(s, comma) {
			return `"` + s + `"`
		}
		return s
	}
	var b strings.Builder
	if d.IntN(3) == 0 {
		b.WriteString("\ufeff")
	}
	switch d.IntN(4) {
	case 0:
		if comma != "|" {
			b.WriteString("sep=" + comma + end)
		}
	case 1:
		b.WriteString("# exported by monitoring" + end)
	case 2:
		b.WriteString(end + "Requests of chat" + end)
	}
	trailing := ""
	if d.IntN(3) == 0 {
		trailing = comma
	}
	b.WriteString(field("host") + comma + field("requests") + comma + field("ts") + trailing + end)
	for _, s := range d.samples {
		v := fmt.Sprintf("%.0f", s.rate*s.cover.Seconds())
		if fraction != "" {
			v += fraction + fmt.Sprint(d.IntN(10))
		}
		at := s.at.In(d.zone)
		var when string
		switch layout {
		case "unix":
			when = fmt.Sprint(s.at.Unix())
		case "milli":
			when = fmt.Sprint(s.at.UnixMilli())
		case "2006-01-02 15:04:05 MST", "20060102T150405Z":
			when = s.at.UTC().Format(layout)
		case "01/02/2006 03:04 PM":
			p.Demand.TimeFormat = "%m/%d/%Y %I:%M %p"
			when = at.Format(layout)
		default:
			when = at.Format(layout)
		}
		b.WriteString(field("a") + comma + field(v) + comma + field(when) + trailing + end)
	}
	return []byte(b.String())
}

// TestReading_Kinds draws exports that are spoiled in one way, and plans from each
// as from the load without that fault: units may differ by 5 % of the unit-hours
// and the peak by one. A plan that is further off has to be refused or flagged,
// which may happen in one draw of ten of a kind.
func TestReading_Kinds(t *testing.T) {
	for name, spoil := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counts := map[string]int{}
			for seed := range uint64(*draws) {
				d := draw(seed + 1)
				p := d.policy
				p.Pools = slices.Clone(p.Pools)
				files := spoil(d, &p)
				want := d.read(t, d.policy, one(export(d.clean)), time.Time{})
				if want.err != nil {
					t.Fatalf("seed %d without the fault: %v", seed+1, want.err)
				}
				got := d.read(t, p, files, time.Time{})
				verdict := judge(got, want)
				counts[verdict]++
				if verdict == silent {
					t.Errorf(name+", seed %d: %.0f unit-hours for %.0f, without a word (interval %s, step %s, zone %s)", seed+1, got.hours, want.hours, d.interval, d.policy.Demand.Step, d.zone)
				}
				if verdict == flagged {
					t.Logf("seed %d: %.0f unit-hours for %.0f: %v %q", seed+1, got.hours, want.hours, got.err, got.notes)
				}
			}
			t.Logf("%d draws: %v", *draws, counts)
			if !slices.Contains(onlyFlagged, name) && 10*counts[flagged] > *draws {
				t.Errorf("%d of %d draws were flagged or refused and wrong, want one of ten at most", counts[flagged], *draws)
			}
		})
	}
}

// TestReading_Clean: an ordinary history is never flagged.
func TestReading_Clean(t *testing.T) {
	for seed := range uint64(*draws) {
		d := draw(seed + 1)
		if got := d.read(t, d.policy, one(export(d.samples)), time.Time{}); got.err != nil || len(got.notes) > 0 {
			t.Errorf("seed %d: %v, flagged: %q", seed+1, got.err, got.notes)
		}
	}
}

// TestReading_HostsUnsaid: rows of one time that differ are refused with both
// totals where the policy does not say how they go together.
func TestReading_HostsUnsaid(t *testing.T) {
	for seed := range uint64(*draws) {
		d := draw(seed + 1)
		p := d.policy
		files := kinds["rows for each host"](d, &p)
		p.Demand.Across = ""
		got := d.read(t, p, files, time.Time{})
		if !errors.Is(got.err, capacity.ErrBadData) || !strings.Contains(got.err.Error(), "demand.across") || !strings.Contains(got.err.Error(), "added up") {
			t.Errorf("seed %d: got %v, want both totals and the remedy", seed+1, got.err)
		}
	}
}

// TestReading_LateHistory: a plan reaches its horizon however late the history
// ends, and says so.
func TestReading_LateHistory(t *testing.T) {
	for seed := range uint64(*draws) {
		d := draw(seed + 1)
		want := d.read(t, d.policy, one(export(d.samples)), d.end)
		late := time.Duration(3+d.IntN(30)) * time.Hour
		d.samples = slices.DeleteFunc(d.samples, func(s sample) bool { return s.at.After(d.end.Add(-late)) })
		got := d.read(t, d.policy, one(export(d.samples)), d.end)
		if got.err != nil || len(got.notes) == 0 || len(got.units) < len(want.units) {
			t.Errorf("seed %d: %v, %d of %d minutes planned, notes %q", seed+1, got.err, len(got.units), len(want.units), got.notes)
		}
	}
}

// TestReading_LocalSteps: hours and days that were summed on a wall clock are
// planned for on that clock.
func TestReading_LocalSteps(t *testing.T) {
	for _, name := range []string{"Asia/Kolkata", "Asia/Kathmandu", "Australia/Adelaide", "America/St_Johns", "Asia/Shanghai", "America/Los_Angeles", "Australia/Lord_Howe"} {
		zone := mustZone(name)
		for _, hours := range []int{1, 6, 12, 24} {
			step := time.Duration(hours) * time.Hour
			p := draw(1).policy
			p.Demand.Step, p.Demand.Timezone, p.Forecast.Horizon = step, name, 7*24*time.Hour
			p.Pools[0].UnitRate = 20
			rate := func(local time.Time) float64 { // changes only where steps begin
				if hours == 24 && (local.Weekday() == time.Saturday || local.Weekday() == time.Sunday) || hours < 24 && local.Hour()/hours*hours != 12 {
					return 100
				}
				return 1000
			}
			var b strings.Builder
			b.WriteString("ts,requests\n")
			start := time.Date(2026, 6, 1, 0, 0, 0, 0, zone)
			for i := range 28 * 24 / hours {
				at := start.Add(time.Duration(i) * step)
				fmt.Fprintf(&b, "%s,%.0f\n", at.Format(time.RFC3339), rate(at)*step.Seconds())
			}
			d := drawn{}
			got := d.read(t, p, one([]byte(b.String())), time.Time{})
			if got.err != nil || len(got.notes) > 0 {
				t.Errorf("%s, %s: %v %q", name, step, got.err, got.notes)
				continue
			}
			end := start.Add(28 * 24 * time.Hour)
			for i, n := range got.units {
				at := end.Add(time.Duration(i) * time.Minute).In(zone)
				if want := capacity.Units(rate(at) / 20); n != want {
					t.Errorf("%s, %s: %d units at %s, want %d", name, step, n, at.Format("Mon 15:04"), want)
					break
				}
			}
		}
	}
}
