package plan

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"headroom/capacity"
	"headroom/internal/cli/loadtest"
)

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
		var out []loadtest.Sample
		for i := 0; i < n; i++ {
			s := d.samples[i]
			if i >= from && i < from+length {
				for k := 1; k < times; k++ {
					i++
					s.Rate += d.samples[i].Rate
				}
				s.Rate, s.Cover = s.Rate/float64(times), s.Cover*time.Duration(times)
			}
			out = append(out, s)
		}
		return one(loadtest.CSV(append(out, d.samples[n:]...)))
	},
	"rows for each host": func(d *drawn, p *capacity.Policy) map[string][]byte {
		p.Demand.Across = capacity.Sum
		hosts := 2 + d.IntN(4)
		var out [][]string
		for _, s := range d.samples {
			left := math.Round(s.Rate * s.Cover.Seconds())
			for h := range hosts {
				part := left
				if h < hosts-1 {
					part = math.Round(left * (0.2 + 0.5*d.Float64()))
				}
				left -= part
				out = append(out, []string{s.At.UTC().Format(time.RFC3339), fmt.Sprintf("host-%d", h), fmt.Sprint(int(part))})
			}
		}
		if d.IntN(2) == 0 {
			slices.SortStableFunc(out, func(a, b []string) int { return strings.Compare(a[1], b[1]) })
		}
		return one(loadtest.Text("ts,host,requests", out))
	},
	"hosts measured at other seconds": func(d *drawn, p *capacity.Policy) map[string][]byte {
		p.Demand.Across, p.Demand.Aggregate = capacity.Sum, capacity.Mean
		hosts := 2 + d.IntN(4)
		var out [][]string
		for _, s := range d.samples {
			for h := range hosts {
				off := time.Duration(float64(d.interval) * (float64(h) + 0.2*d.Float64()) / float64(hosts))
				out = append(out, []string{s.At.Add(off).UTC().Format(time.RFC3339), fmt.Sprintf("host-%d", h), fmt.Sprintf("%.6f", s.Rate/float64(hosts))})
			}
		}
		return one(loadtest.Text("ts,host,requests", out))
	},
	"compressed and in parts": func(d *drawn, p *capacity.Policy) map[string][]byte {
		files := map[string][]byte{"out/_SUCCESS": nil}
		parts := 1 + d.IntN(4)
		for i := range parts {
			data := loadtest.CSV(d.samples[i*len(d.samples)/parts : (i+1)*len(d.samples)/parts])
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
		d.samples = slices.DeleteFunc(d.samples, func(s loadtest.Sample) bool {
			local := s.At.In(d.zone)
			of := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
			return (of-from+24*time.Hour)%(24*time.Hour) < length
		})
		return one(loadtest.CSV(d.samples))
	},
	"a sample is many times too high": func(d *drawn, p *capacity.Policy) map[string][]byte {
		for range 1 + d.IntN(2) {
			i := d.IntN(len(d.samples) - 1)
			// So that the step that holds it is 10 to 1000 times the usual.
			d.samples[i].Rate *= (10 + math.Exp(6.9*d.Float64())) * float64(p.Demand.Step/d.interval)
		}
		return one(loadtest.CSV(d.samples))
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
		var out []loadtest.Sample
		for _, s := range d.samples {
			if s.At.After(from) && s.At.Before(to) && d.Float64() < loss {
				continue
			}
			off := jitter * d.Float64()
			if !late {
				off -= jitter / 2
			}
			s.At = s.At.Add(time.Duration(off).Round(time.Millisecond))
			out = append(out, s)
		}
		return one(loadtest.CSV(out))
	},
	"a few values are no numbers": func(d *drawn, p *capacity.Policy) map[string][]byte {
		r := loadtest.Rows(d.samples)
		for range 1 + d.IntN(3) {
			r[d.IntN(len(r))][1] = []string{"NaN", "+Inf", "-Inf", "", "null", "N/A", "nan", `\N`, "-"}[d.IntN(9)]
		}
		return one(loadtest.Text("ts,requests", r))
	},
	"a long gap": func(d *drawn, p *capacity.Policy) map[string][]byte {
		from := d.start.Add(time.Duration(d.IntN(24*10)) * time.Hour)
		to := from.Add(time.Duration(1+d.IntN(48)) * time.Hour)
		d.samples = slices.DeleteFunc(d.samples, func(s loadtest.Sample) bool { return !s.At.Before(from) && s.At.Before(to) })
		return one(loadtest.CSV(d.samples))
	},
	"a row far from all others": func(d *drawn, p *capacity.Policy) map[string][]byte {
		stray := d.samples[d.IntN(len(d.samples))]
		stray.At = stray.At.AddDate([]int{73, 1, -1, -30, 10}[d.IntN(5)], d.IntN(3), 0)
		at := d.IntN(len(d.samples))
		return one(loadtest.CSV(slices.Insert(slices.Clone(d.samples), at, stray)))
	},
	"repeats and corrections": func(d *drawn, p *capacity.Policy) map[string][]byte {
		data := slices.Clone(d.samples)
		for range 1 + d.IntN(20) {
			data = append(data, data[d.IntN(len(data))])
		}
		wrong := slices.Clone(d.samples[:1+d.IntN(20)])
		for i := range wrong {
			wrong[i].Rate *= 0.3
		}
		return map[string][]byte{"2026.csv": loadtest.CSV(wrong), "2026b.csv": loadtest.CSV(data)}
	},
	"an outage": func(d *drawn, p *capacity.Policy) map[string][]byte {
		from := d.start.Add(time.Duration(24+d.IntN(24*10)) * time.Hour)
		to := from.Add(time.Duration(1+d.IntN(6)) * time.Hour)
		for i, s := range d.samples {
			if !s.At.Before(from) && s.At.Before(to) {
				d.samples[i].Rate = 0
			}
		}
		return one(loadtest.CSV(d.samples))
	},
	"rates read as counts": func(d *drawn, p *capacity.Policy) map[string][]byte {
		p.Pools[0].Min, p.Pools[0].Max = 2, 60
		var out [][]string
		for _, s := range d.samples {
			out = append(out, []string{s.At.UTC().Format(time.RFC3339), fmt.Sprintf("%.2f", s.Rate)})
		}
		return one(loadtest.Text("ts,requests", out))
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
		v := fmt.Sprintf("%.0f", s.Rate*s.Cover.Seconds())
		if fraction != "" {
			v += fraction + fmt.Sprint(d.IntN(10))
		}
		at := s.At.In(d.zone)
		var when string
		switch layout {
		case "unix":
			when = fmt.Sprint(s.At.Unix())
		case "milli":
			when = fmt.Sprint(s.At.UnixMilli())
		case "2006-01-02 15:04:05 MST", "20060102T150405Z":
			when = s.At.UTC().Format(layout)
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
