package engage_test

import (
	"fmt"
	"time"

	"github.com/konverte-go/konverte"
	"github.com/konverte-go/konverte/engage"
)

// Every source that is on gets the same time to answer.
func ExampleSourcesService_Update() {
	srv, client, ctx := start()
	defer srv.Close()
	for source, err := range client.Sources.All(ctx, engage.SourceListParams{Active: true}) {
		check(err)
		source, err := client.Sources.Update(ctx, source.ID, engage.SourceUpdateParams{
			SLAResponse: konverte.Set(int64((2 * time.Hour).Seconds())),
		})
		check(err)
		fmt.Println(source.Name, source.SLAResponse.Or(0))
	}
	// Output:
	// Mailbox 7200
	// Chat 7200
}

func ExampleSurveysService_All() {
	srv, client, ctx := start()
	defer srv.Close()
	for survey, err := range client.Surveys.All(ctx, engage.SurveyListParams{}) {
		check(err)
		fmt.Println(survey.Name, survey.Active)
	}
	// Output: Satisfaction true
}

// The server has no list of responses: each is read by its id.
func ExampleSurveyResponsesService_Get() {
	srv, client, ctx := start()
	defer srv.Close()
	id, err := srv.Add("SurveyResponse", map[string]any{"survey_id": srv.ID("Survey", "Satisfaction"), "main_indicator": 9})
	check(err)
	response, err := client.SurveyResponses.Get(ctx, engage.SurveyResponseID(id))
	check(err)
	survey, err := client.Surveys.Get(ctx, response.SurveyID)
	check(err)
	fmt.Println(survey.Name, response.MainIndicator.Or(0))
	// Output: Satisfaction 9
}

// An agent gets a waiting task of the mailbox.
func ExampleTasksService_Transfer() {
	srv, client, ctx := start()
	defer srv.Close()
	beto, err := client.Agents.FindByEmail(ctx, "beto.agente@example.com")
	check(err)
	mailbox, err := client.Sources.Find(ctx, "Mailbox")
	check(err)
	page, err := client.Tasks.List(ctx, engage.TaskListParams{ChannelID: mailbox.ChannelID.Or("")})
	check(err)
	task, err := client.Tasks.Transfer(ctx, page.Records[0].ID, engage.TaskTransferParams{
		AgentIDs: []engage.UserID{beto.ID}, Comment: konverte.Set("You know her."),
	})
	check(err)
	fmt.Println(task.AgentIDs[0] == beto.ID)
	// Output: true
}

// Close only starts the closing; WaitClosed sees it through.
func ExampleThreadsService_WaitClosed() {
	srv, client, ctx := start()
	defer srv.Close()
	page, err := client.Threads.List(ctx, engage.ThreadListParams{Q: "opened:true"})
	check(err)
	id := page.Records[0].ID
	_, err = client.Threads.Close(ctx, id)
	check(err)
	thread, err := client.Threads.WaitClosed(ctx, id, engage.DefaultWait)
	check(err)
	fmt.Println(thread.Title.Or(""), thread.Closed)
	// Output: Where is my order? true
}

// The server categorises in the background: the next request shows the categories.
func ExampleThreadsService_Categorize() {
	srv, client, ctx := start()
	defer srv.Close()
	page, err := client.Threads.List(ctx, engage.ThreadListParams{})
	check(err)
	billing := engage.CategoryID(srv.ID("Category", "Billing"))
	_, err = client.Threads.Categorize(ctx, page.Records[0].ID, []engage.CategoryID{billing})
	check(err)
	thread, err := client.Threads.Get(ctx, page.Records[0].ID)
	check(err)
	fmt.Println(thread.ThreadCategoryIDs[0] == billing)
	// Output: true
}

// Hours are seconds since midnight: nine to five, with a break on Tuesdays.
func ExampleTimeSheetsService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	chat, err := client.Sources.Find(ctx, "Chat")
	check(err)
	sheet, err := client.TimeSheets.Create(ctx, engage.TimeSheetCreateParams{
		Label: "Office", Active: konverte.Set(true), SourceIDs: []engage.SourceID{chat.ID},
		MondayHours: konverte.Set("32400-61200"), TuesdayHours: konverte.Set("32400-43200,46800-61200"),
	})
	check(err)
	fmt.Println(sheet.Label, sheet.MondayHours.Or(""), sheet.TuesdayHours.Or(""))
	// Output: Office 32400-61200 32400-43200,46800-61200
}

// A plan is made beside the active one, and takes its place when it is ready.
func ExampleTopologiesService_Activate() {
	srv, client, ctx := start()
	defer srv.Close()
	topology, err := client.Topologies.Create(ctx, engage.TopologyCreateParams{
		Name: konverte.Set("Summer"), JSONConfig: konverte.Attributes(`{"steps":[]}`),
	})
	check(err)
	topology, err = client.Topologies.Activate(ctx, topology.ID)
	check(err)
	fmt.Println(topology.Name)
	// Output: Summer
}

// Two chats at once, three where it has to be.
func ExampleUserCapacitiesService_Create() {
	srv, client, ctx := start()
	defer srv.Close()
	chat, err := client.Sources.Find(ctx, "Chat")
	check(err)
	capacity, err := client.UserCapacities.Create(ctx, engage.UserCapacityCreateParams{
		Name: "Part time",
		Channels: []engage.ChannelCapacityInput{{
			ChannelID: chat.ChannelID.Or(""), DefaultCapacity: konverte.Set[int64](2), MaxCapacity: konverte.Set[int64](3),
		}},
	})
	check(err)
	for _, channel := range capacity.Channels {
		fmt.Println(capacity.Name, channel.DefaultCapacity.Or(0), channel.MaxCapacity.Or(0))
	}
	// Output: Part time 2 3
}
