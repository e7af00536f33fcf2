package awstest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// form is the parameters of a call in the query protocol.
type form url.Values

func (f form) text(key string) string { return url.Values(f).Get(key) }

// number is an integer parameter, or nil if it is not given.
func (f form) number(key string) (*int, error) {
	if f.text(key) == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(f.text(key))
	if err != nil {
		return nil, fmt.Errorf("%s is not a number: %w", key, err)
	}
	return &n, nil
}

// moment is a time parameter, or the zero time if it is not given.
func (f form) moment(key string) (time.Time, error) {
	if f.text(key) == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, f.text(key))
	if err != nil {
		return at, fmt.Errorf("%s is not a time: %w", key, err)
	}
	return at, nil
}

// texts is a list of texts.
func (f form) texts(key string) []string {
	var all []string
	for i := 1; url.Values(f).Has(member(key, i)); i++ {
		all = append(all, f.text(member(key, i)))
	}
	return all
}

// forms is a list of structures.
func (f form) forms(key string) []form {
	var all []form
	for i := 1; ; i++ {
		one := form{}
		for name, values := range f {
			if rest, ok := strings.CutPrefix(name, member(key, i)+"."); ok {
				one[rest] = values
			}
		}
		if len(one) == 0 {
			return all
		}
		all = append(all, one)
	}
}

func member(key string, i int) string { return fmt.Sprintf("%s.member.%d", key, i) }

// page cuts a list by NextToken and MaxRecords, which is at most 100.
func page[T any](f form, all []T) ([]T, string, error) {
	from := 0
	if token := f.text("NextToken"); token != "" {
		var err error
		if from, err = strconv.Atoi(token); err != nil || from < 0 || from > len(all) {
			return nil, "", refused("InvalidNextToken", "the token %q was never given out", token)
		}
	}
	most := 50
	if n, err := f.number("MaxRecords"); err != nil {
		return nil, "", err
	} else if n != nil {
		most = min(max(*n, 1), 100)
	}
	to := min(from+most, len(all))
	if to == len(all) {
		return all[from:], "", nil
	}
	return all[from:to], strconv.Itoa(to), nil
}

// reply answers with a result in the query protocol; nil is a result without
// content.
func reply(w http.ResponseWriter, operation string, result any) {
	w.Header().Set("Content-Type", "text/xml")
	if result == nil {
		result = struct{}{}
	}
	fmt.Fprintf(w, `<%sResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">`, operation)
	if err := xml.NewEncoder(w).EncodeElement(result, xml.StartElement{Name: xml.Name{Local: operation + "Result"}}); err != nil {
		panic(err) // a result that cannot be written is a mistake in this package
	}
	fmt.Fprintf(w, `<ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></%sResponse>`, operation)
}
