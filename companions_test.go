package konverte_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/konvertetest"
)

func TestIdentifierHash(t *testing.T) {
	t.Parallel()
	// RFC 4231, test case 2.
	hash, err := konverte.IdentifierHash(konverte.NewSecret("Jefe"), "what do ya want for nothing?")
	require.NoError(t, err)
	assert.Equal(t, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", hash)
	_, err = konverte.IdentifierHash(konverte.Secret{}, " ")
	refused, ok := errors.AsType[*konverte.ArgumentError](err)
	require.True(t, ok, "%v", err)
	assert.Len(t, refused.Faults, 2)
}

func TestSurveyURL(t *testing.T) {
	t.Parallel()
	c, err := konverte.NewClient("https://example.com/desk/")
	require.NoError(t, err)
	address, err := c.Surveys.URL("5a3c1c2e-0000-4000-8000-1234567890ab")
	require.NoError(t, err)
	assert.Equal(t, "https://example.com/desk/survey/responses/5a3c1c2e-0000-4000-8000-1234567890ab", address)
	for _, id := range []konverte.ConversationUUID{"", "..", "a/b"} {
		_, err = c.Surveys.URL(id)
		_, refused := errors.AsType[*konverte.ArgumentError](err)
		assert.True(t, refused, "%q: %v", id, err)
	}
}

func TestReportDurations(t *testing.T) {
	t.Parallel()
	first, reply := konverte.Set(90.5004), konverte.Set(0.0)
	want := konverte.ReportDurations{
		FirstResponse: konverte.Set(90*time.Second + 500*time.Millisecond),
		Resolution:    konverte.Null[time.Duration](),
		Reply:         konverte.Set(time.Duration(0)),
	}
	null := konverte.Null[float64]()
	assert.Equal(t, want, konverte.AgentReport{AverageFirstResponseTime: first, AverageReplyTime: reply}.Durations())
	assert.Equal(t, want, konverte.TeamReport{AverageFirstResponseTime: first, AverageReplyTime: reply}.Durations())
	assert.Equal(t, want, konverte.InboxReport{AverageFirstResponseTime: first, AverageReplyTime: reply}.Durations())
	assert.Equal(t, want, konverte.ReportSummary{AverageFirstResponseTime: first, AverageResolutionTime: null, ReplyTime: reply}.Durations())
	assert.Equal(t, want, konverte.ReportTotals{AverageFirstResponseTime: first, AverageResolutionTime: null, ReplyTime: reply}.Durations())
	assert.Equal(t, 36*time.Hour, konverte.ReportPoint{Value: 129600}.Duration())
}

func TestUTCOffset(t *testing.T) {
	t.Parallel()
	for hours, zone := range map[float64]*time.Location{
		0: time.UTC, -3: time.FixedZone("BRT", -3*3600), 5.5: time.FixedZone("IST", 19800), -3.5: time.FixedZone("NST", -12600),
	} {
		assert.InDelta(t, hours, konverte.UTCOffset(time.Date(2026, 1, 2, 3, 4, 5, 0, zone)), 0)
	}
}

// The conditions of a rule are read, and sent back as they were.
func TestConditionsOfARuleRoundTrip(t *testing.T) {
	t.Parallel()
	eachVersion(t, func(t *testing.T, _ *konvertetest.Server, c *konverte.Client) {
		ctx := t.Context()
		rule, err := c.AutomationRules.Create(ctx, konverte.AutomationRuleCreateParams{
			Name:       "Refunds",
			EventName:  konverte.AutomationEventMessageCreated,
			Conditions: konverte.Where("content").Contains("refund").And("status").Is("open").Conditions(),
			Actions: []konverte.AutomationAction{{
				ActionName: konverte.AutomationActionNameAddLabel, ActionParams: konverte.ActionParams("refund"),
			}},
		})
		require.NoError(t, err)
		var conditions []konverte.FilterCondition
		for _, condition := range rule.Conditions {
			conditions = append(conditions, condition.FilterCondition())
		}
		changed, err := c.AutomationRules.Update(ctx, rule.ID, konverte.AutomationRuleUpdateParams{Conditions: conditions})
		require.NoError(t, err)
		require.Len(t, changed.Conditions, 2)
		for i, condition := range changed.Conditions {
			assert.Equal(t, conditions[i], condition.FilterCondition())
		}
	})
}
