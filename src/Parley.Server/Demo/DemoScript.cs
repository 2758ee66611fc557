using System.Net;
using System.Text.Json;

namespace Parley.Server.Demo;

/// <summary>A line of the demonstration's table.</summary>
internal sealed record DemoStep(string Door, string What, bool IsGood, string Seen, TimeSpan Took);

/// <summary>One conversation of two users through the doors that there are.</summary>
internal sealed class DemoScript(
    IReadOnlyDictionary<string, IPEndPoint> endpoints, Func<long, Task<string>> issueToken, long project, TimeProvider time)
{
    private const long Ann = 1_000_001;
    private const long Bob = 1_000_002;
    private const long Room = 77;
    private const int Duplicated = 200053;

    private readonly List<DemoStep> _steps = [];
    private long _mid = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    /// <summary>Plays the conversation; the first step that fails is the last.</summary>
    public async Task<IReadOnlyList<DemoStep>> PlayAsync(CancellationToken cancellationToken)
    {
        if (!await AskDispatchAsync(cancellationToken))
            return _steps;
        await using var ann = await DemoClient.ConnectAsync(endpoints["RtmClient"], cancellationToken);
        await using (var bob = await DemoClient.ConnectAsync(endpoints["RtmClient"], cancellationToken))
        {
            _ = await LogInAsync(ann, Ann, "Ann", cancellationToken) && await LogInAsync(bob, Bob, "Bob", cancellationToken)
                && await StepAsync("RtmClient", "Ann writes to Bob, Bob receives it", () => SendAsync(ann, bob, cancellationToken))
                && await StepAsync("RtmClient", "Ann sends the same again, it is known", () => RepeatAsync(ann, cancellationToken))
                && await StepAsync("RtmClient", "both enter a room, Ann speaks, Bob hears it", () => RoomAsync(ann, bob, cancellationToken));
        }
        if (_steps.TrueForAll(static step => step.IsGood))
            await StepAsync("RtmClient", "Bob leaves, Ann writes, Bob returns and finds it", () => ReturnAsync(ann, cancellationToken));
        return _steps;
    }

    private async Task<bool> AskDispatchAsync(CancellationToken cancellationToken)
    {
        await using var client = await DemoClient.ConnectAsync(endpoints["RtmDispatch"], cancellationToken);
        return await StepAsync("RtmDispatch", "where is the client gate?", async () =>
        {
            var answer = await client.CallAsync(
                "which", """{"what":"rtmGated","addrType":"ipv4","proto":"tcp","version":"1.0"}""", cancellationToken);
            using var json = JsonDocument.Parse(answer.Json);
            var found = json.RootElement.TryGetProperty("endpoint", out var endpoint) ? endpoint.GetString()! : answer.Json;
            return (!answer.IsError && found.Length > 0, found);
        });
    }

    private async Task<bool> LogInAsync(DemoClient client, long user, string name, CancellationToken cancellationToken) =>
        await StepAsync("RtmClient", $"{name} ({user}) logs in", () => AuthAsync(client, user, cancellationToken));

    private async Task<(bool, string)> AuthAsync(DemoClient client, long user, CancellationToken cancellationToken)
    {
        var token = await issueToken(user);
        var quest = $$"""{"pid":{{project}},"uid":{{user}},"token":"{{token}}","version":"1.0","unread":true}""";
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

    private async Task<(bool, string)> ReturnAsync(DemoClient ann, CancellationToken cancellationToken)
    {
        var answer = await ann.CallAsync("sendmsg", Message($"\"to\":{Bob}", ++_mid, "Are you there?"), cancellationToken);
        if (answer.IsError)
            return (false, answer.Json);
        await using var bob = await DemoClient.ConnectAsync(endpoints["RtmClient"], cancellationToken);
        var (isIn, seen) = await AuthAsync(bob, Bob, cancellationToken);
        if (!isIn)
            return (false, seen);
        var history = await bob.CallAsync(
            "getp2pmsg", $$"""{"ouid":{{Ann}},"num":1,"direction":0,"desc":true,"page":0,"localmid":0,"localid":0}""", cancellationToken);
        var isFound = !history.IsError && history.Json.Contains("Are you there?", StringComparison.Ordinal);
        return (isFound, isFound ? "getp2pmsg \"Are you there?\"" : history.Json);
    }

    private async Task<bool> StepAsync(string door, string what, Func<Task<(bool IsGood, string Seen)>> step)
    {
        var started = time.GetTimestamp();
        var (isGood, seen) = (false, "");
        try
        {
            (isGood, seen) = await step();
        }
        catch (Exception e) when (e is IOException or TimeoutException or JsonException)
        {
            seen = e.Message;
        }
        _steps.Add(new(door, what, isGood, seen, time.GetElapsedTime(started)));
        return isGood;
    }

    private static string Message(string receiver, long mid, string text) =>
        $$"""{{{receiver}},"mid":{{mid}},"mtype":30,"msg":"{{text}}","attrs":""}""";
}
