package awstest

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// scope is where a signature names the service: Credential=KEY/day/region/service/aws4_request.
var scope = regexp.MustCompile(`Credential=[^/]+/[0-9]{8}/[^/]+/([^/]+)/aws4_request`)

// readCall finds out what a request asks for.
func readCall(r *http.Request, body []byte) Call {
	c := Call{Operation: r.Method}
	if m := scope.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		c.Service = m[1]
	}
	if _, operation, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		c.Operation = operation
	} else if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		if form, err := url.ParseQuery(string(body)); err == nil {
			c.Operation = cmp.Or(form.Get("Action"), c.Operation)
		}
	}
	return c
}

// refuse answers with an error in the protocol of the request.
func refuse(w http.ResponseWriter, r *http.Request, service string, f Fault) {
	code := cmp.Or(f.Code, "ServiceUnavailable")
	status := cmp.Or(f.Status, http.StatusBadRequest)
	message := cmp.Or(f.Message, "refused by the plan of faults")
	if r.Header.Get("X-Amz-Target") != "" {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message})
		return
	}
	if service == "s3" {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", escape(code), message)
		return
	}
	refuseQuery(w, status, code, message)
}

// refuseQuery answers with an error in the query protocol.
func refuseQuery(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	side := "Sender"
	if status >= http.StatusInternalServerError {
		side = "Receiver"
	}
	_, _ = io.WriteString(w, "<ErrorResponse><Error><Type>"+side+"</Type><Code>"+escape(code)+"</Code><Message>"+escape(message)+
		"</Message></Error><RequestId>0</RequestId></ErrorResponse>")
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
