using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Parley.Server.Demo;

/// <summary>A user at the RTM client gate.</summary>
internal sealed class RtmParticipant : DemoParticipant
{
    private readonly DemoClient _client;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _hearing;
    private long _mid = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

    private RtmParticipant(string name, long userId, DemoClient client)
        : base(name, "RTM", userId)
    {
        _client = client;
        _hearing = HearAsync();
    }

    public override string HistoryWay => "getgroupmsg";

    /// <summary>Connects and logs in.</summary>
    public static async Task<RtmParticipant> LogInAsync(
        IPEndPoint gate, string name, long userId, long projectId, string token, CancellationToken cancellationToken)
    {
        var client = await DemoClient.ConnectAsync(gate, cancellationToken);
        var participant = new RtmParticipant(name, userId, client);
        try
        {
            var quest = $$"""{"pid":{{projectId}},"uid":{{userId}},"token":"{{token}}","version":"1.0"}""";
            var answer = await client.CallAsync("auth", quest, cancellationToken);
            using var json = JsonDocument.Parse(answer.Json);
            if (!json.RootElement.TryGetProperty("ok", out var ok) || ok.ValueKind != JsonValueKind.True)
                throw new IOException($"auth: {answer.Json}");
            return participant;
        }
        catch
        {
            await participant.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override async Task SendAsync(long group, string text, CancellationToken cancellationToken)
    {
        var quest = $$"""{"gid":{{group}},"mid":{{++_mid}},"mtype":30,"msg":"{{JsonEncodedText.Encode(text)}}","attrs":""}""";
        var answer = await _client.CallAsync("sendgroupmsg", quest, cancellationToken);
        if (answer.IsError)
            throw new IOException($"sendgroupmsg: {answer.Json}");
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<DemoHeard>> ReadHistoryAsync(long group, int count, CancellationToken cancellationToken)
    {
        var quest = $$"""{"gid":{{group}},"num":10,"desc":false,"page":0,"localmid":0,"localid":0,"mtypes":[30]}""";
        var answer = await _client.CallAsync("getgroupmsg", quest, cancellationToken);
        using var json = JsonDocument.Parse(answer.Json);
        if (answer.IsError || !json.RootElement.TryGetProperty("msgs", out var messages))
            throw new IOException($"getgroupmsg: {answer.Json}");
        var read = new List<DemoHeard>();
        foreach (var message in messages.EnumerateArray())
            read.Add(new(message[1].GetInt64().ToString(CultureInfo.InvariantCulture), message[5].GetString() ?? ""));
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _hearing;
        await _client.DisposeAsync();
        _end.Dispose();
    }

    private async Task HearAsync()
    {
        try
        {
            while (true)
            {
                var push = await _client.ReadPushAsync(_end.Token);
                if (push.Method == "pushgroupmsg")
                    Hear(push.From.ToString(CultureInfo.InvariantCulture), push.Text);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            HearNoMore();
        }
    }
}
