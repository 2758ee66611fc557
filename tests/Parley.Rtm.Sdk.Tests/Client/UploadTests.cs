using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>Files (rtm-client.md §4.16, §7, §9.8), both key sets of translations (§4.11), and the container.</summary>
public sealed class UploadTests : ClientFixture, IAsyncDisposable
{
    private const string Token = "5C65CD872903AAB37211EC468B4A1364";

    private readonly FakeGate _files = new();

    private static ReadOnlyMemory<byte> Content => "hello rtm file\n"u8.ToArray();

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await _files.DisposeAsync();
    }

    private async Task<RtmClient> StartAsync(Func<RtmClientOptions, RtmClientOptions>? change = null)
    {
        Gate.On("filetoken", (c, quest) => c.AnswerAsync(quest, ("token", Token), ("endpoint", _files.Address)));
        foreach (var command in new[] { "sendfile", "sendfiles", "sendgroupfile", "sendroomfile" })
            _files.On(command, (c, quest) => c.AnswerAsync(quest, ("mtime", 1_556_446_805_020)));
        return (await LoginAsync(change)).Client;
    }

    [Fact]
    public async Task The_example_is_signed_as_the_document_says()
    {
        var client = await StartAsync();
        var stages = new List<RtmUploadProgress>();
        var file = new RtmUpload("note.txt", new MemoryStream(Content.ToArray()))
        {
            Attributes = new Dictionary<string, string> { ["own"] = "ü" },
            Progress = new Now(stages.Add),
        };
        var sent = await client.SendFileToUserAsync(102_457, file);
        Assert.Equal(1_556_446_805_020, sent.Time!.Value.ToUnixTimeMilliseconds());
        Assert.Equal(("sendfile", 102_457L), (Gate.LastOf("filetoken").Body.Text("cmd"), Gate.LastOf("filetoken").Body.Int("to")));
        var quest = _files.LastOf("sendfile").Body;
        Assert.Equal((1000L, Me, 102_457L, Token, sent.MessageId, 50L), (quest.Int("pid"), quest.Int("from"), quest.Int("to"), quest.Text("token"), quest.Int("mid"), quest.Int("mtype")));
        Assert.Equal(Content.ToArray(), Assert.IsType<byte[]>(quest["file"]));
        using var attrs = JsonDocument.Parse(quest.Text("attrs"));
        string? Value(string name) => attrs.RootElement.GetProperty(name).GetString();
        Assert.Equal(("cb29a61a829a2c6636975df7ba4d00f0", "txt", "note", "ü"), (Value("sign"), Value("ext"), Value("filename"), Value("own")));
        Assert.Equal([RtmUploadStage.Reading, RtmUploadStage.Sending, RtmUploadStage.Done], stages.Select(stage => stage.Stage));
        Assert.All(stages, stage => Assert.Equal(15, stage.Bytes));
        Assert.Equal(0, _files.CountOf("auth"));
    }

    [Fact]
    public async Task Each_target_has_its_own_command()
    {
        var client = await StartAsync();
        var file = new RtmUpload("a", Content);
        await client.SendFileToUsersAsync([1, 2], file);
        Assert.Equal([1, 2], _files.LastOf("sendfiles").Body.Ints("tos"));
        Assert.Equal([1, 2], Gate.LastOf("filetoken").Body.Ints("tos"));
        await client.SendFileToGroupAsync(5, file);
        Assert.Equal(5, _files.LastOf("sendgroupfile").Body.Int("gid"));
        await client.SendFileToRoomAsync(6, file);
        Assert.Equal(6, _files.LastOf("sendroomfile").Body.Int("rid"));
        using var attrs = JsonDocument.Parse(_files.LastOf("sendroomfile").Body.Text("attrs"));
        Assert.Equal("", attrs.RootElement.GetProperty("ext").GetString());
    }

    [Fact]
    public async Task A_connection_serves_the_next_upload_until_it_was_idle_for_two_minutes()
    {
        var client = await StartAsync(o => o with { PingInterval = TimeSpan.FromHours(1), SilenceLimit = TimeSpan.FromHours(1) });
        var file = new RtmUpload("a", Content);
        await client.SendFileToUserAsync(7, file);
        await client.SendFileToUserAsync(7, file);
        Assert.Equal(1, _files.Connections);
        var connection = await _files.NextAsync();
        Time.Advance(TimeSpan.FromSeconds(119));
        await client.SendFileToUserAsync(7, file);
        Assert.Equal(1, _files.Connections);
        Time.Advance(TimeSpan.FromSeconds(150));
        await Wait.For(connection.Closed, "the idle connection to be closed");
        await client.SendFileToUserAsync(7, file);
        Assert.Equal(2, _files.Connections);
    }

    [Fact]
    public async Task A_lost_upload_is_tried_with_a_new_token_and_the_same_number()
    {
        var client = await StartAsync();
        var tries = 0;
        _files.On("sendfile", (c, quest) =>
        {
            if (++tries > 1)
                return c.FailAsync(quest, RtmErrorCode.DuplicatedMid);
            c.Close();
            return Task.CompletedTask;
        });
        var sent = await Wait.For(client.SendFileToUserAsync(7, new("a", Content)), "the success");
        Assert.Null(sent.Time);
        Assert.All(_files.Quests, quest => Assert.Equal(sent.MessageId, quest.Body.Int("mid")));
        Assert.Equal((2, 2), (_files.CountOf("sendfile"), Gate.CountOf("filetoken")));
    }

    [Fact]
    public async Task What_is_too_large_is_not_even_asked_for()
    {
        var client = await StartAsync(o => o with { FileBytes = 10 });
        foreach (var file in new[] { new RtmUpload("a", new byte[11]), new RtmUpload("a", new MemoryStream(new byte[1000])) })
            Assert.Equal(RtmErrorCode.LargeFileOrAttrs, (await Assert.ThrowsAsync<RtmException>(() => client.SendFileToUserAsync(7, file))).Code);
        Assert.Equal(0, Gate.CountOf("filetoken"));
        await client.SendFileToUserAsync(7, new("a", new byte[10]));
    }

    [Fact]
    public async Task Attributes_of_the_protocol_cannot_be_taken()
    {
        var client = await StartAsync();
        var file = new RtmUpload("a", Content) { Attributes = new Dictionary<string, string> { ["sign"] = "x" } };
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendFileToUserAsync(7, file));
    }

    [Theory]
    [InlineData("stext", "src", "dtext", "dst")]
    [InlineData("sourceText", "source", "targetText", "target")]
    public async Task Translations_are_read_under_both_names(string sourceText, string source, string targetText, string target)
    {
        Gate.On("translate", (c, quest) => c.AnswerAsync(quest, (sourceText, "hello"), (source, "en"), (targetText, "bonjour"), (target, "fr")));
        var (client, _) = await LoginAsync();
        Assert.Equal(new RtmTranslation("en", "fr", "hello", "bonjour"), await client.TranslateAsync("hello", "fr"));
        Assert.False(Gate.LastOf("translate").Body.Has("src"));
        await client.TranslateAsync("hello", "fr", "en");
        Assert.Equal("en", Gate.LastOf("translate").Body.Text("src"));
    }

    [Fact]
    public async Task The_container_makes_one_client_with_its_handler()
    {
        var handler = new RecordingHandler();
        await using var provider = new ServiceCollection()
            .AddSingleton<IRtmPushHandler>(handler)
            .AddRtmClient(options =>
            {
                options.Gate = Gate.Address;
                options.ProjectId = 1000;
                options.UserId = Me;
                options.Token = "T0";
            })
            .BuildServiceProvider();
        var client = provider.GetRequiredService<RtmClient>();
        Assert.Same(client, provider.GetRequiredService<RtmClient>());
        await client.ConnectAsync();
        var connection = await Gate.NextAsync();
        await connection.PushAsync("pushmsg", ("from", 7), ("mid", 1), ("mtype", 8), ("msg", "x"), ("attrs", ""));
        Assert.Equal("x", (await handler.NextMessageAsync()).Text);
    }

    private sealed class Now(Action<RtmUploadProgress> report) : IProgress<RtmUploadProgress>
    {
        public void Report(RtmUploadProgress value) => report(value);
    }
}
