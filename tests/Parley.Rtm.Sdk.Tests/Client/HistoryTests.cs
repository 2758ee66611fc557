using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>History rows in every shape (rtm-client.md §6, §9.6), and streams over the calls.</summary>
public sealed class HistoryTests : ClientFixture
{
    [Fact]
    public async Task The_example_of_page_style_is_read_in_nine_and_in_eight_elements_and_as_maps()
    {
        var (client, _) = await LoginAsync();
        object[][] rows =
        [
            [18L, 7L, 1, 8, 0, 1_556_446_801_000_001, "hi back", "", 1_556_446_801L],
            [18L, 1, 8, 0, 1_556_446_801_000_001, "hi back", "", 1_556_446_801L],
        ];
        (string, object?)[] map =
        [
            ("id", 18L), ("other_uid", 7L), ("direction", 1), ("mtype", 8), ("ftype", 0), ("mid", 1_556_446_801_000_001), ("msg", "hi back"),
            ("attrs", ""), ("mtime", 1_556_446_801L), ("new", "ignored"),
        ];
        foreach (var row in new object[] { rows[0], rows[1], map })
        {
            Gate.On("getp2pmsg", (c, quest) => c.AnswerAsync(quest, ("num", 1), ("maxid", 18), ("msgs", new[] { row })));
            var page = await client.GetPageAsync(RtmConversation.WithUser(7));
            Assert.Equal(18, page.MaxId);
            var message = Assert.Single(page.Messages);
            Assert.Equal((18L, Me, (byte)8, "hi back", 1_556_446_801_000_001), (message.Id, message.From, message.Type, message.Text, message.MessageId));
            Assert.Equal(1_556_446_801, message.Time!.Value.ToUnixTimeSeconds());
        }
    }

    [Fact]
    public async Task What_was_received_is_from_the_other_one()
    {
        var (client, _) = await LoginAsync();
        Gate.On("getp2pmsg", (c, quest) => c.AnswerAsync(quest, ("msgs", new[] { new object[] { 18L, 7L, 2, 8, 0, 1L, "x", "", 1L } })));
        Assert.Equal(7, (await client.GetPageAsync(RtmConversation.WithUser(7))).Messages[0].From);
    }

    [Fact]
    public async Task The_example_of_window_style_is_read_with_its_deleted_message()
    {
        var (client, _) = await LoginAsync();
        Gate.On("getgroupmsg", (c, quest) => c.AnswerAsync(
            quest,
            ("num", 2), ("lastid", 6), ("begin", 1_556_446_750_200), ("end", 1_556_446_900_000),
            ("msgs", new object[]
            {
                new object[] { 5L, 102_456L, 8, 1_556_446_750_100_001, false, "a", "", 1_556_446_750_150 },
                (ValueTuple<string, object?>[])[("id", 6), ("from", 102_458), ("mtype", 50), ("mid", 2), ("deleted", 1), ("msg", ""), ("mtime", 1_556_446_750_200)],
            })));
        var query = new RtmWindowQuery { Count = 2, NewestFirst = false, Types = [8, 50] };
        var window = await client.GetWindowAsync(RtmConversation.OfGroup(12_345), query);
        var asked = Gate.LastOf("getgroupmsg").Body;
        Assert.Equal((12_345L, 2L, false, 0L), (asked.Int("gid"), asked.Int("num"), asked.Bool("desc"), asked.Int("lastid")));
        Assert.Equal([8, 50], asked.Ints("mtypes"));
        Assert.False(asked.Has("page"));
        Assert.Equal([false, true], window.Messages.Select(message => message.IsDeleted));
        Assert.Equal([RtmFileKind.None, RtmFileKind.Other], window.Messages.Select(message => message.FileKind));
        Assert.Equal(1_556_446_750_150, window.Messages[0].Time!.Value.ToUnixTimeMilliseconds());
        Assert.Equal(query with { LastId = 6, Begin = 1_556_446_750_200, End = 1_556_446_900_000 }, window.Next);
    }

    [Fact]
    public async Task A_stream_of_windows_goes_on_with_what_the_answer_says_and_ends_with_an_empty_one()
    {
        var (client, _) = await LoginAsync();
        Gate.On("getroommsg", (c, quest) =>
        {
            var last = quest.Body.Int("lastid");
            var ids = new[] { last + 1, last + 2 }.Where(id => id <= 5).ToArray();
            return c.AnswerAsync(
                quest,
                ("lastid", ids.Length == 0 ? last : ids[^1]), ("begin", 10), ("end", 20),
                ("msgs", ids.Select(id => new object[] { id, 7L, 8, id, false, "x", "", id }).ToArray()));
        });
        var ids = new List<long>();
        await foreach (var message in client.ReadHistoryAsync(RtmConversation.OfRoom(1), new() { NewestFirst = false, Count = 2 }))
            ids.Add(message.Id);
        Assert.Equal([1, 2, 3, 4, 5], ids);
        Assert.Equal((10L, 20L), (Gate.LastOf("getroommsg").Body.Int("begin"), Gate.LastOf("getroommsg").Body.Int("end")));
    }

    [Fact]
    public async Task A_server_that_does_not_move_on_is_not_asked_for_ever()
    {
        var (client, _) = await LoginAsync();
        Gate.On("getbroadcastmsg", (c, quest) => c.AnswerAsync(
            quest, ("lastid", 0), ("begin", 0), ("end", 0), ("msgs", new[] { new object[] { 1L, 7L, 8, 1L, false, "x", "", 1L } })));
        var count = 0;
        await foreach (var _ in client.ReadHistoryAsync(RtmConversation.Broadcast))
            count++;
        Assert.Equal(1, count);
    }

    [Fact]
    public async Task A_stream_of_pages_gives_nothing_twice_when_new_messages_push_the_pages_along()
    {
        var (client, _) = await LoginAsync();
        var newest = 5;
        Gate.On("getgroupmsg", (c, quest) =>
        {
            var page = (int)quest.Body.Int("page");
            var ids = Enumerable.Range(1, newest).Reverse().Skip(page * 2).Take(2).ToArray();
            newest++; // one more message comes after each page
            return c.AnswerAsync(quest, ("msgs", ids.Select(id => new object[] { id, 7L, 8, 0, id, "x", "", 1L }).ToArray()));
        });
        var ids = new List<long>();
        await foreach (var message in client.ReadPagesAsync(RtmConversation.OfGroup(1), new() { Count = 2 }))
            ids.Add(message.Id);
        Assert.Equal([5, 4, 3, 2, 1], ids);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    public async Task A_window_holds_1_to_20(int count)
    {
        var client = Make();
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetWindowAsync(RtmConversation.Broadcast, new() { Count = count }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetPageAsync(RtmConversation.Broadcast, new() { Count = count == 0 ? 0 : 11 }));
    }
}
