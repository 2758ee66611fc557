using System.Net;
using System.Text.Json;
using Parley.Server.Admin;

namespace Parley.Server.Demo;

/// <summary>One conversation of two users, and of the back end they belong to, through the doors that there are.</summary>
internal sealed class DemoScript(IReadOnlyDictionary<string, IPEndPoint> endpoints, ProjectAnswer project, TimeProvider time)
{
    private const long Ann = 1_000_001;
    private const long Bob = 1_000_002;
    private const long Room = 77;
    private const int Duplicated = 200053;

    private readonly DemoSteps _steps = new(time);
    private long _mid = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    /// <summary>Plays the conversation; the first step that fails is the last.</summary>
    public async Task<IReadOnlyList<DemoStep>> PlayAsync(CancellationToken cancellationToken)
    {
        await using var backEnd = new DemoBackEnd(endpoints["RtmServer"], project, _steps);
        if (!await AskDispatchAsync(cancellationToken) || !await backEnd.PrepareAsync(Ann, Bob, cancellationToken))
            return _steps.All;
        await using var ann = await DemoClient.ConnectAsync(endpoints["RtmClient"], cancellationToken);
        await using (var bob = await DemoClient.ConnectAsync(endpoints["RtmClient"], cancellationToken))
        {
            _ = await LogInAsync(ann, backEnd, Ann, "Ann", cancellationToken) && await LogInAsync(bob, backEnd, Bob, "Bob", cancellationToken)
                && await StepAsync("Ann writes to Bob, Bob receives it", () => SendAsync(ann, bob, cancellationToken))
                && await StepAsync("Ann sends the same again, it is known", () => RepeatAsync(ann, cancellationToken))
                && await StepAsync("both enter a room, Ann speaks, Bob hears it", () => RoomAsync(ann, bob, cancellationToken))
                && await backEnd.SendAsync(Ann, bob, cancellationToken)
                && await backEnd.SendFileAsync(Ann, bob, cancellationToken)
                && await backEnd.ModerateAsync(Ann, cancellationToken);
        }
        if (_steps.AreGood)
            await StepAsync("Bob leaves, Ann writes, Bob returns and finds it", () => ReturnAsync(ann, backEnd, cancellationToken));
        return _steps.All;
    }

    private async Task<bool> AskDispatchAsync(CancellationToken cancellationToken)
    {
        await using var client = await DemoClient.ConnectAsync(endpoints["RtmDispatch"], cancellationToken);
        return await _steps.PlayAsync("RtmDispatch", "where is the client gate?", async () =>
        {
            var answer = await client.CallAsync(
                "which", """{"what":"rtmGated","addrType":"ipv4","proto":"tcp","version":"1.0"}""", cancellationToken);
            using var json = JsonDocument.Parse(answer.Json);
            var found = json.RootElement.TryGetProperty("endpoint", out var endpoint) ? endpoint.GetString()! : answer.Json;
            return (!answer.IsError && found.Length > 0, found);
        });
    }

    private Task<bool> LogInAsync(DemoClient client, DemoBackEnd backEnd, long user, string name, CancellationToken cancellationToken) =>
        StepAsync($"{name} ({user}) logs in with a token of the back end", () => AuthAsync(client, backEnd, user, cancellationToken));

    private async Task<(bool, string)> AuthAsync(DemoClient client, DemoBackEnd backEnd, long user, CancellationToken cancellationToken)
    {
        var token = await backEnd.IssueTokenAsync(user, cancellationToken);
        var quest = $$"""{"pid":{{project.Pid}},"uid":{{user}},"token":"{{token}}","version":"1.0","unread":true}""";
        var answer = await client.CallAsync("auth", quest, cancellationToken);
        using var json = JsonDocument.Parse(answer.Json);
        return (json.RootElement.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True, answer.Json);
    }

    private async Task<(bool, string)> SendAsync(DemoClient ann, DemoClient bob, CancellationToken cancellationToken)
    {
        var answer = await ann.CallAsync("sendmsg", Message($"\"to\":{Bob}", ++_mid, "Hello, Bob"), cancellationToken);
        if (answer.IsError)
            return (false, answer.Json);
        var text = await bob.WaitForAsync("pushmsg", cancellationToken);
        return (text == "Hello, Bob", $"pushmsg \"{text}\"");
    }

    private async Task<(bool, string)> RepeatAsync(DemoClient ann, CancellationToken cancellationToken)
    {
        var answer = await ann.CallAsync("sendmsg", Message($"\"to\":{Bob}", _mid, "Hello, Bob"), cancellationToken);
        using var json = JsonDocument.Parse(answer.Json);
        return (json.RootElement.TryGetProperty("code", out var code) && code.GetInt32() == Duplicated, answer.Json);
    }

    private async Task<(bool, string)> RoomAsync(DemoClient ann, DemoClient bob, CancellationToken cancellationToken)
    {
        foreach (var client in (DemoClient[])[ann, bob])
        {
            var entered = await client.CallAsync("enterroom", $$"""{"rid":{{Room}}}""", cancellationToken);
            if (entered.IsError)
                return (false, entered.Json);
        }
        var answer = await ann.CallAsync("sendroommsg", Message($"\"rid\":{Room}", ++_mid, "Hello, room"), cancellationToken);
        if (answer.IsError)
            return (false, answer.Json);
        var text = await bob.WaitForAsync("pushroommsg", cancellationToken);
        return (text == "Hello, room", $"pushroommsg \"{text}\"");
    }

    private async Task<(bool, string)> ReturnAsync(DemoClient ann, DemoBackEnd backEnd, CancellationToken cancellationToken)
    {
        var answer = await ann.CallAsync("sendmsg", Message($"\"to\":{Bob}", ++_mid, "Are you there?"), cancellationToken);
        if (answer.IsError)
            return (false, answer.Json);
        await using var bob = await DemoClient.ConnectAsync(endpoints["RtmClient"], cancellationToken);
        var (isIn, seen) = await AuthAsync(bob, backEnd, Bob, cancellationToken);
        if (!isIn)
            return (false, seen);
        var history = await bob.CallAsync(
            "getp2pmsg", $$"""{"ouid":{{Ann}},"num":1,"direction":0,"desc":true,"page":0,"localmid":0,"localid":0}""", cancellationToken);
        var isFound = !history.IsError && history.Json.Contains("Are you there?", StringComparison.Ordinal);
        return (isFound, isFound ? "getp2pmsg \"Are you there?\"" : history.Json);
    }

    private Task<bool> StepAsync(string what, Func<Task<(bool IsGood, string Seen)>> step) => _steps.PlayAsync("RtmClient", what, step);

    private static string Message(string receiver, long mid, string text) =>
        $$"""{{{receiver}},"mid":{{mid}},"mtype":30,"msg":"{{text}}","attrs":""}""";
}
