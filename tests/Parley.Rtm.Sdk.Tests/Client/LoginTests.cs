using System.Text.RegularExpressions;
using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>The first login (rtm-client.md §2.1, §3.1, §3.2).</summary>
public sealed partial class LoginTests : ClientFixture
{
    [Fact]
    public async Task A_login_tells_who_and_looks_like_the_first_generation()
    {
        var (client, _) = await LoginAsync(o => o with { WantsUnread = true, Attributes = new Dictionary<string, string> { ["a"] = "b" } });
        var auth = Gate.LastOf("auth").Body;
        Assert.Equal(1000, auth.Int("pid"));
        Assert.Equal(Me, auth.Int("uid"));
        Assert.Equal("T0", auth.Text("token"));
        Assert.True(auth.Bool("unread"));
        Assert.Equal("b", auth.Nested("attrs").Text("a"));
        Assert.StartsWith("csharp-parley-", auth.Text("version"));
        Assert.DoesNotMatch(SecondGeneration(), auth.Text("version"));
        Assert.Equal(RtmClientState.Online, client.State);
    }

    [Fact]
    public async Task Unread_is_always_sent_because_it_makes_the_first_generation()
    {
        await LoginAsync();
        Assert.False(Gate.LastOf("auth").Body.Bool("unread"));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("endpoint")]
    public async Task Dispatch_is_asked_in_the_words_of_both_times_and_answers_in_either(string key)
    {
        await using var dispatch = new FakeGate();
        dispatch.On("which", (connection, quest) => connection.AnswerAsync(quest, (key, Gate.Address)));
        var client = Make(o => o with { Gate = null, Dispatch = dispatch.Address });
        await client.ConnectAsync();
        var which = dispatch.LastOf("which").Body;
        Assert.Equal("rtmGated", which.Text("what"));
        Assert.Equal("ip4", which.Text("iptype"));
        Assert.Equal("ipv4", which.Text("addrType"));
        Assert.Equal("tcp", which.Text("proto"));
        Assert.Equal(1, Gate.CountOf("auth"));
    }

    [Fact]
    public async Task Without_a_gate_dispatch_says_so_and_the_client_stays_idle()
    {
        await using var dispatch = new FakeGate();
        dispatch.On("which", (connection, quest) => connection.AnswerAsync(quest, ("server", ""), ("endpoint", "")));
        var client = Make(o => o with { Gate = null, Dispatch = dispatch.Address });
        var exception = await Assert.ThrowsAsync<RtmException>(() => client.ConnectAsync());
        Assert.Equal(20012, exception.Code);
        Assert.Equal(RtmClientState.Idle, client.State);
    }

    [Fact]
    public async Task A_redirect_is_followed_with_the_same_token()
    {
        await using var other = new FakeGate();
        Gate.On("auth", (connection, quest) => connection.AnswerAsync(quest, ("ok", false), ("gate", other.Address)));
        var (_, first) = await LoginAsync();
        await Wait.For(first.Closed, "the first gate to be left");
        Assert.Equal("T0", other.LastOf("auth").Body.Text("token"));
        Assert.Equal(1, other.CountOf("auth"));
    }

    [Fact]
    public async Task Gates_that_send_to_each_other_for_ever_are_given_up()
    {
        Gate.On("auth", (connection, quest) => connection.AnswerAsync(quest, ("ok", false), ("gate", Gate.Address)));
        var exception = await Assert.ThrowsAsync<RtmException>(() => Make().ConnectAsync());
        Assert.Equal(20012, exception.Code);
        Assert.Equal(4, Gate.CountOf("auth"));
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_is_an_error_and_the_client_may_try_again()
    {
        var takes = false;
        Gate.On("auth", (connection, quest) => connection.AnswerAsync(quest, ("ok", takes)));
        var client = Make();
        var exception = await Assert.ThrowsAsync<RtmException>(() => client.ConnectAsync());
        Assert.Equal(RtmErrorCode.InvalidAuthToken, exception.Code);
        Assert.Equal(RtmClientState.Idle, client.State);
        takes = true;
        await client.ConnectAsync();
        Assert.Equal(RtmClientState.Online, client.State);
    }

    [Fact]
    public async Task A_provider_is_asked_once_more_when_its_token_has_expired()
    {
        Gate.On("auth", (connection, quest) => connection.AnswerAsync(quest, ("ok", quest.Body.Text("token") == "T2")));
        var asked = 0;
        await LoginAsync(o => o with { Token = null, TokenProvider = _ => Task.FromResult($"T{++asked}") });
        Assert.Equal(2, asked);
        Assert.Equal(1, Gate.Connections);
    }

    [Fact]
    public async Task A_provider_whose_tokens_are_never_good_is_not_asked_for_ever()
    {
        Gate.On("auth", (connection, quest) => connection.AnswerAsync(quest, ("ok", false)));
        var asked = 0;
        var client = Make(o => o with { Token = null, TokenProvider = _ => Task.FromResult($"T{++asked}") });
        Assert.Equal(RtmErrorCode.InvalidAuthToken, (await Assert.ThrowsAsync<RtmException>(() => client.ConnectAsync())).Code);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Being_logged_in_already_is_success()
    {
        Gate.On("auth", (connection, quest) => connection.FailAsync(quest, RtmErrorCode.DuplicatedAuth));
        var (client, _) = await LoginAsync();
        Assert.Equal(RtmClientState.Online, client.State);
    }

    [Theory]
    [InlineData(200001)]
    [InlineData(200024)]
    [InlineData(200999)]
    public async Task A_refusal_is_told_with_its_code(int code)
    {
        Gate.On("auth", (connection, quest) => connection.FailAsync(quest, code));
        Assert.Equal(code, (await Assert.ThrowsAsync<RtmException>(() => Make().ConnectAsync())).Code);
    }

    [Fact]
    public async Task An_answer_without_ok_is_an_error_and_no_login()
    {
        Gate.On("auth", (connection, quest) => connection.AnswerAsync(quest));
        var client = Make();
        Assert.Equal(20006, (await Assert.ThrowsAsync<RtmException>(() => client.ConnectAsync())).Code);
        Assert.Equal(RtmClientState.Idle, client.State);
    }

    [Fact]
    public async Task Nobody_there_is_an_error()
    {
        var address = Gate.Address;
        await Gate.DisposeAsync();
        var exception = await Assert.ThrowsAsync<RtmConnectionException>(() => Make(o => o with { Gate = address }).ConnectAsync());
        Assert.Equal(20002, exception.Code);
    }

    [Fact]
    public async Task Before_the_login_and_after_the_end_a_quest_is_an_error_at_once()
    {
        var client = Make();
        Assert.Equal(20012, (await Assert.ThrowsAsync<RtmException>(() => client.GetFriendsAsync())).Code);
        await client.ConnectAsync();
        await client.CloseAsync();
        Assert.Equal(20012, (await Assert.ThrowsAsync<RtmException>(() => client.GetFriendsAsync())).Code);
    }

    [Fact]
    public async Task A_language_is_set_with_every_login_and_may_be_refused()
    {
        Gate.On("setlang", (connection, quest) => connection.FailAsync(quest, RtmErrorCode.NotConfigured));
        var (client, _) = await LoginAsync(o => o with { Language = "fr" });
        Assert.Equal("fr", Gate.LastOf("setlang").Body.Text("lang"));
        Assert.Equal(RtmClientState.Online, client.State);
    }

    [Fact]
    public void Settings_out_of_range_are_told_by_name()
    {
        Assert.Contains("Gate", Fails(o => o with { Gate = null }), StringComparison.Ordinal);
        Assert.Contains("nowhere", Fails(o => o with { Gate = "nowhere" }), StringComparison.Ordinal);
        Assert.Contains("Token", Fails(o => o with { Token = null }), StringComparison.Ordinal);
        Assert.Contains("ProjectId", Fails(o => o with { ProjectId = 0 }), StringComparison.Ordinal);
        Assert.Contains("UserId", Fails(o => o with { UserId = -1 }), StringComparison.Ordinal);
        Assert.Contains("SendRetries", Fails(o => o with { SendRetries = 11 }), StringComparison.Ordinal);
        Assert.Contains("PushQueueCapacity", Fails(o => o with { PushQueueCapacity = 0 }), StringComparison.Ordinal);
        Assert.Contains("SilenceLimit", Fails(o => o with { SilenceLimit = TimeSpan.FromHours(2) }), StringComparison.Ordinal);
        Assert.Contains("FileBytes", Fails(o => o with { FileBytes = 8 * 1024 * 1024 }), StringComparison.Ordinal);

        string Fails(Func<RtmClientOptions, RtmClientOptions> change) =>
            Assert.Throws<ArgumentException>(() => new RtmClient(change(Options()))).Message;
    }

    [GeneratedRegex("^(C#|Unity|Android|iOS|WebSocket)[-_]([2-9])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecondGeneration();
}
