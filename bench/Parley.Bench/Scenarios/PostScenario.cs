using System.Net;
using System.Text;
using System.Text.Json;
using Parley.Bench.Client;
using Parley.Bench.Measuring;
using Parley.Bench.Reporting;
using Parley.Bench.Serving;

namespace Parley.Bench.Scenarios;

/// <summary>
/// Durable messages that back ends post over HTTP, one at a time on each of their connections: post → commit → answer. The receivers are
/// online through the client gate. The same load goes through the server gate and through the API of OpenIM.
/// </summary>
/// <param name="Connections">Connections of the back ends; half as many users receive.</param>
/// <param name="IsOpenIm">Whether through the API of OpenIM.</param>
internal sealed record PostScenario(int Connections, bool IsOpenIm)
    : Scenario(
        IsOpenIm ? OpenImName : GateName,
        IsOpenIm ? $"durable p2p by HTTP POST to the OpenIM API: {Connections} connections" : $"durable p2p by HTTP POST to the server gate, signed: {Connections} connections",
        Stage.Load)
{
    /// <summary>Through the server gate.</summary>
    public const string GateName = "gate-post";

    /// <summary>Through the API of OpenIM.</summary>
    public const string OpenImName = "openim-post";

    private const string Manager = "openIMAdmin";
    private const int ManagerPlatform = 8;

    private int Receivers => Math.Max(1, Connections / 2);

    public override void Plan(FixturePlan plan)
    {
        plan.NeedsSecret = true;
        for (var i = 0; i < Receivers; i++)
            plan.Users.Add(PairScenario.UserOf(i));
    }

    public override async Task<ScenarioResult> RunAsync(ScenarioContext context)
    {
        var server = context.Server;
        var door = (IsOpenIm ? server.OpenImApi : server.BackEndGate)
            ?? throw new BenchException($"the server has no door {(IsOpenIm ? nameof(ServerTarget.OpenImApi) : "RtmServer")}");
        var token = IsOpenIm ? await PrepareAsync(door, server.Secret, context.Cancellation) : "";
        var load = new LoadSwitch();
        using var meter = new LoadMeter(series: 1);
        using var receivers = await Crowd<Receiver>.GatherAsync(
            server, Receivers, static _ => new(), static i => PairScenario.UserOf(i), static _ => { }, context.Cancellation);
        using var senders = await Crowd<PostConnection>.GatherAsync(
            server,
            Connections,
            i => new(door, i, MakeTemplate(server, door, token, i, context.Options.BodyBytes), meter, load),
            static i => i,
            static _ => { },
            context.Cancellation);
        var before = await server.CommitsAsync(context.Cancellation);
        var measurement = await Measurement.RunAsync(
            context, meter, load, () => senders.Connections.ToList().ForEach(static c => c.Kick()), () => IsDrained(senders, receivers, meter));
        var after = await server.CommitsAsync(context.Cancellation);
        senders.ThrowIfBroken();
        receivers.ThrowIfBroken();
        var result = measurement.Result(this, Connections, 1, meter, (PairScenario.Answers, 0));
        if (after.Commits > before.Commits)
            result.Figures[PairScenario.CommitSize] = (after.Operations - before.Operations) / (after.Commits - before.Commits);
        result.Figures["lost"] = senders.Connections.Sum(static c => c.Sent) - meter.Errors - receivers.Connections.Sum(static c => c.Pushed);
        return result;
    }

    private PostTemplate MakeTemplate(ServerTarget server, IPEndPoint door, string token, int number, int bodyBytes)
    {
        var to = PairScenario.UserOf(number % Receivers);
        var from = PairScenario.UserOf(Receivers + number);
        return IsOpenIm
            ? PostTemplate.ToOpenIm(door, token, from, to, bodyBytes)
            : PostTemplate.ToGate(door, server.ProjectId, server.Secret, from, to, bodyBytes);
    }

    private static bool IsDrained(Crowd<PostConnection> senders, Crowd<Receiver> receivers, LoadMeter meter) =>
        senders.Connections.All(static c => c.IsIdle)
        && receivers.Connections.Sum(static c => c.Pushed) >= senders.Connections.Sum(static c => c.Sent) - meter.Errors;

    /// <summary>Registers the senders, and gets the token of a manager.</summary>
    private async Task<string> PrepareAsync(IPEndPoint door, string secret, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new($"http://{door}/") };
        for (var i = 0; i < Connections; i++)
        {
            var user = PairScenario.UserOf(Receivers + i);
            await CallAsync(http, "auth/user_register", $$"""{"secret":"{{secret}}","platform":1,"userID":"{{user}}","operationID":"bench"}""", cancellationToken);
        }
        return await CallAsync(
            http, "auth/user_token", $$"""{"secret":"{{secret}}","platform":{{ManagerPlatform}},"userID":"{{Manager}}","operationID":"bench"}""", cancellationToken);
    }

    private static async Task<string> CallAsync(HttpClient http, string path, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.TryGetProperty("data", out var data) && data.TryGetProperty("token", out var token)
            ? token.GetString()! : throw new BenchException($"{path} was answered {answer}");
    }

    /// <summary>A user who only listens.</summary>
    private sealed class Receiver() : LoadConnection(receiveBytes: 32 * 1024)
    {
        private long _pushed;

        public long Pushed => Volatile.Read(ref _pushed);

        protected override void OnPush(in Wire.Fpnn.FpnnPackage push, long now) => _pushed++;
    }
}
