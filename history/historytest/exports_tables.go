package historytest

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"headroom/capacity"
)

// spreadsheets are what Excel, LibreOffice and Google Sheets save.
var spreadsheets = []exportFormat{
	{
		name: "Excel, German", time: "Zeit", value: "Anfragen", aggregate: capacity.Sum, local: true, fraction: 0.5,
		write: func(m *measured) []byte {
			return joined("\ufeffZeit;Anfragen\r\n", m.rows(grouped("", ",", 1), "", m.line("02.01.2006 15:04", ";", "\r\n")))
		},
	},
	{
		name: "Excel, German, thousands and decimals", time: "Zeit", value: "Anfragen", aggregate: capacity.Sum, local: true, least: 1000, fraction: 0.25, want: ReadOrRefused,
		write: func(m *measured) []byte {
			return joined("\ufeffZeit;Anfragen\r\n", m.rows(grouped(".", ",", 2), "", m.line("02.01.2006 15:04:05", ";", "\r\n")))
		},
	},
	{
		name: "Excel, German, thousands only", time: "Zeit", value: "Anfragen", aggregate: capacity.Sum, local: true, least: 1000, most: 999_999, want: Refused, // 17.917 may be either
		write: func(m *measured) []byte {
			return joined("Zeit;Anfragen\r\n", m.rows(grouped(".", "", 0), "", m.line("02.01.2006 15:04", ";", "\r\n")))
		},
	},
	{
		name: "Excel, US", time: "Time", value: "Requests", aggregate: capacity.Sum, local: true,
		write: func(m *measured) []byte {
			return joined("Time,Requests\r\n", m.rows(shortest, "", m.line("1/2/2006 3:04 PM", ",", "\r\n")))
		},
	},
	{
		name: "Excel, US, thousands", time: "Time", value: "Requests", aggregate: capacity.Sum, local: true, least: 1000, want: ReadOrRefused,
		write: func(m *measured) []byte {
			write := func(v float64) string { return strconv.Quote(grouped(",", "", 0)(v)) }
			return joined("Time,Requests\r\n", m.rows(write, "", m.line("1/2/2006 3:04:05 PM", ",", "\r\n")))
		},
	},
	{
		name: "Excel, US, days that may be months", time: "Time", value: "Requests", aggregate: capacity.Sum, local: true, lowDays: true, want: ReadOrRefused,
		write: func(m *measured) []byte {
			return joined("Time,Requests\r\n", m.rows(shortest, "", m.line("1/2/2006 15:04", ",", "\r\n")))
		},
	},
	{
		name: "Excel, British", time: "Time", value: "Requests", aggregate: capacity.Sum, local: true,
		write: func(m *measured) []byte {
			return joined("Time,Requests\r\n", m.rows(shortest, "", m.line("02/01/2006 15:04", ",", "\r\n")))
		},
	},
	{
		name: "Excel, Unicode text", time: "Zeit", value: "Anfragen", aggregate: capacity.Sum, local: true, want: ReadOrRefused,
		write: func(m *measured) []byte {
			return utf16LE(joined("Zeit\tAnfragen\r\n", m.rows(shortest, "", m.line("02.01.2006 15:04", "\t", "\r\n"))))
		},
	},
	{
		name: "Excel, serial days", time: "Time", value: "Requests", aggregate: capacity.Sum, local: true, want: Refused, // 46083.25 would be 1970
		write: func(m *measured) []byte {
			return joined("Time,Requests\r\n", m.rows(shortest, "", func(at time.Time, _, v string) string {
				local := at.In(m.zone)
				wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
				days := wall.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
				return fmt.Sprintf("%.10g,%s\r\n", days, v)
			}))
		},
	},
	{
		name: "Google Sheets, with a total", time: "Time", value: "Requests", aggregate: capacity.Sum, local: true, want: ReadOrRefused,
		write: func(m *measured) []byte {
			sum := 0.0
			for _, v := range m.total {
				sum += v
			}
			return joined("Time,Requests,\n", append(m.rows(shortest, "N/A", m.line(sqlTime, ",", ",\n")), "Total,"+shortest(sum)+",\n"))
		},
	},
}

// databases are what SQL clients write.
var databases = []exportFormat{
	{
		name: "PostgreSQL, COPY CSV", time: "bucket", value: "requests", aggregate: capacity.Sum,
		write: func(m *measured) []byte { // the session is in UTC or in the zone of the service
			return joined("bucket,requests\n", m.rows(shortest, "", func(at time.Time, _, v string) string {
				return strings.TrimSuffix(at.In(m.zone).Format("2006-01-02 15:04:05-07:00"), ":00") + "," + v + "\n"
			}))
		},
	},
	{
		name: "PostgreSQL, COPY CSV by region", time: "bucket", value: "requests", id: "region", aggregate: capacity.Sum,
		write: func(m *measured) []byte {
			return joined("region,bucket,requests\n", m.rows(shortest, "", func(at time.Time, region, v string) string {
				return region + "," + at.UTC().Format("2006-01-02 15:04:05.000000+00") + "," + v + "\n"
			}))
		},
	},
	{
		name: "PostgreSQL, psql -A", time: "bucket", value: "requests", aggregate: capacity.Sum, want: ReadOrRefused,
		write: func(m *measured) []byte {
			lines := m.rows(shortest, "", func(at time.Time, _, v string) string {
				return at.UTC().Format("2006-01-02 15:04:05+00") + "|" + v + "\n"
			})
			return joined("bucket|requests\n", append(lines, fmt.Sprintf("(%d rows)\n", len(lines))))
		},
	},
	{
		name: "MySQL, batch", time: "bucket", value: "requests", aggregate: capacity.Sum, local: true,
		write: func(m *measured) []byte {
			return joined("bucket\trequests\n", m.rows(shortest, "NULL", m.line(sqlTime, "\t", "\n")))
		},
	},
	{
		name: "MySQL, SELECT INTO OUTFILE", time: "bucket", value: "requests", aggregate: capacity.Sum, local: true,
		write: func(m *measured) []byte {
			return joined("bucket\trequests\n", m.rows(shortest, `\N`, m.line(sqlTime+".000000", "\t", "\n")))
		},
	},
	{
		name: "BigQuery", time: "bucket", value: "requests", aggregate: capacity.Sum,
		write: func(m *measured) []byte { // without ORDER BY
			lines := m.rows(shortest, "", func(at time.Time, _, v string) string {
				return at.UTC().Format("2006-01-02 15:04:05.000000 UTC") + "," + v + "\n"
			})
			m.random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			return joined("bucket,requests\n", lines)
		},
	},
	{
		name: "Athena", time: "bucket", value: "requests", aggregate: capacity.Sum,
		write: func(m *measured) []byte {
			return joined("\"bucket\",\"requests\"\n", m.rows(shortest, "", func(at time.Time, _, v string) string {
				return at.UTC().Format("\"2006-01-02 15:04:05.000 UTC\"") + "," + strconv.Quote(v) + "\n"
			}))
		},
	},
	{
		name: "Snowflake", time: "BUCKET", value: "REQUESTS", aggregate: capacity.Sum,
		write: func(m *measured) []byte {
			return joined("BUCKET,REQUESTS\n", m.rows(shortest, "", func(at time.Time, _, v string) string {
				return at.In(m.zone).Format("2006-01-02 15:04:05.000 -0700") + "," + v + "\n"
			}))
		},
	},
}

// grouped writes a number with the separators of a country.
func grouped(thousands, decimal string, digits int) func(float64) string {
	return func(v float64) string {
		whole, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', digits, 64), ".")
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + thousands + whole[i:]
		}
		return strings.TrimSuffix(whole+decimal+fraction, decimal)
	}
}

// utf16LE is a text in UTF-16 with its mark, as Excel's "Unicode Text" is.
func utf16LE(text []byte) []byte {
	b := []byte("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(string(text))) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return b
}
