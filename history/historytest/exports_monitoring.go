package historytest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"headroom/capacity"
)

// Layouts of times.
const (
	isoOffset = "2006-01-02T15:04:05-07:00"
	isoMillis = "2006-01-02T15:04:05.000Z"
	sqlTime   = "2006-01-02 15:04:05"
)

// datadogQuery is a column name with most of what makes CSV hard to read.
const datadogQuery = `sum:trace.http.request.hits{service:chat,env:prod}.as_count()`

// monitoring are the formats of CloudWatch, Prometheus, Grafana and Datadog.
var monitoring = []exportFormat{
	{
		name: "CloudWatch, get-metric-statistics as CSV", time: "Timestamp", value: "Sum", aggregate: capacity.Sum,
		write: func(m *measured) []byte { // datapoints come in any order, and a missing one is absent
			lines := m.rows(oneDigit, dropped, func(at time.Time, _, v string) string {
				return fmt.Sprintf("%q,%s,\"Count\"\n", at.UTC().Format(isoOffset), v)
			})
			m.random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			return joined("\"Timestamp\",\"Sum\",\"Unit\"\n", lines)
		},
	},
	{
		name: "CloudWatch, get-metric-statistics as text", time: "Timestamp", value: "Sum", aggregate: capacity.Sum, want: Refused, // it names no columns
		write: func(m *measured) []byte {
			return joined("RequestCount\n", m.rows(oneDigit, dropped, func(at time.Time, _, v string) string {
				return fmt.Sprintf("DATAPOINTS\t%s\t%s\tCount\n", v, at.UTC().Format(isoOffset))
			}))
		},
	},
	{
		name: "CloudWatch, get-metric-statistics as JSON", time: "Timestamp", value: "Sum", aggregate: capacity.Sum, want: ReadOrRefused,
		write: func(m *measured) []byte {
			lines := m.rows(oneDigit, dropped, func(at time.Time, _, v string) string {
				return fmt.Sprintf(",\n    {\"Timestamp\": %q, \"Sum\": %s, \"Unit\": \"Count\"}", at.UTC().Format(isoOffset), v)
			})
			lines[0] = lines[0][1:]
			return joined("{\n  \"Label\": \"RequestCount\",\n  \"Datapoints\": [", append(lines, "\n  ]\n}\n"))
		},
	},
	{
		name: "CloudWatch, several lines about the metric above the rows", time: "Label", value: "RequestCount", aggregate: capacity.Sum, local: true, want: ReadOrRefused,
		write: func(m *measured) []byte {
			head := fmt.Sprintf("Id,m1\nLabel,RequestCount\nPeriod,%d\nStatistic,Sum\n", int(m.step.Seconds()))
			return joined(head, m.rows(shortest, dropped, m.line("2006/01/02 15:04:05", ",", "\n")))
		},
	},
	{
		name: "Prometheus, promtool query range", time: "time", value: "value", aggregate: capacity.Mean, want: Refused, // it is no table
		write: func(m *measured) []byte {
			return joined("{job=\"chat\"} =>\n", m.rows(shortest, dropped, func(at time.Time, _, v string) string {
				return fmt.Sprintf("%s @[%d]\n", v, at.Unix())
			}))
		},
	},
	{
		name: "Prometheus, seconds with a fraction", time: "timestamp", value: "value", aggregate: capacity.Mean,
		write: func(m *measured) []byte {
			return joined("timestamp,value\n", m.rows(shortest, "NaN", func(at time.Time, _, v string) string {
				return fmt.Sprintf("%d.000,%s\n", at.Unix(), v)
			}))
		},
	},
	{
		name: "Grafana, milliseconds", time: "Time", value: "Value", aggregate: capacity.Mean,
		write: func(m *measured) []byte {
			return joined("\"Time\",\"Value\"\n", m.rows(shortest, "NaN", func(at time.Time, _, v string) string {
				return fmt.Sprintf("%d,%s\n", at.UnixMilli(), v)
			}))
		},
	},
	{
		name: "Grafana, for Excel", time: "Time", value: "rate(http_requests_total[5m])", aggregate: capacity.Mean, local: true,
		write: func(m *measured) []byte {
			head := "\ufeffsep=,\r\n\"Time\",\"rate(http_requests_total[5m])\"\r\n"
			return joined(head, m.rows(shortest, "", m.line(sqlTime, ",", "\r\n")))
		},
	},
	{
		name: "Grafana, a row per series", time: "Time", value: "Value", id: "Series", aggregate: capacity.Mean,
		write: func(m *measured) []byte {
			return joined("\"Series\";\"Time\";\"Value\"\n", m.rows(shortest, "null", func(at time.Time, host, v string) string {
				return fmt.Sprintf("%q;%q;%s\n", host, at.In(m.zone).Format(isoOffset), v)
			}))
		},
	},
	{
		name: "Grafana, formatted values", time: "Time", value: "chat", aggregate: capacity.Mean, local: true, want: Refused, // 1.23 K req/s lacks digits
		write: func(m *measured) []byte {
			unit := func(v float64) string {
				if v >= 1000 {
					return fmt.Sprintf("%.2f K req/s", v/1000)
				}
				return fmt.Sprintf("%.0f req/s", v)
			}
			return joined("\"Time\",\"chat\"\n", m.rows(unit, dropped, m.line(sqlTime, ",", "\n")))
		},
	},
	{
		name: "Datadog, a graph", time: "timestamp", value: datadogQuery, aggregate: capacity.Sum,
		write: func(m *measured) []byte {
			head := "timestamp," + strconv.Quote(datadogQuery) + "\n"
			return joined(head, m.rows(shortest, "", func(at time.Time, _, v string) string {
				return at.UTC().Format(isoMillis) + "," + v + "\n"
			}))
		},
	},
	{
		name: "Datadog, by host", time: "timestamp", value: "value", id: "host", aggregate: capacity.Sum,
		write: func(m *measured) []byte {
			return joined("metric,host,timestamp,value\n", m.rows(shortest, dropped, func(at time.Time, host, v string) string {
				return fmt.Sprintf("trace.http.request.hits,host:%s,%d,%s\n", host, at.UnixMilli(), v)
			}))
		},
	},
}

// shortest and oneDigit write numbers as most tools do.
func shortest(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
func oneDigit(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

// dropped in place of a missing number leaves its row out.
const dropped = "\x00"

// rows writes a line for each time and host, with the number as text, or the gap
// if it is missing.
func (m *measured) rows(write func(float64) string, gap string, line func(at time.Time, host, v string) string) []string {
	var lines []string
	for i, at := range m.slots {
		for j, host := range m.hosts {
			switch v := m.values[i][j]; {
			case !math.IsNaN(v):
				lines = append(lines, line(at, host, write(v)))
			case gap != dropped:
				lines = append(lines, line(at, host, gap))
			}
		}
	}
	return lines
}

// line writes a time on the wall clock, a separator, the number and the end.
func (m *measured) line(layout, separator, end string) func(time.Time, string, string) string {
	return func(at time.Time, _, v string) string { return at.In(m.zone).Format(layout) + separator + v + end }
}

// joined is a header and lines.
func joined(head string, lines []string) []byte { return []byte(head + strings.Join(lines, "")) }
