using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Google.Protobuf;
using Parley.Rtm;

namespace Parley.Server.Demo;

/// <summary>A line of the demonstration's table.</summary>
internal sealed record DemoStep(string Door, string What, bool IsGood, string Seen, TimeSpan Took);

/// <summary>The steps played so far.</summary>
internal sealed class DemoSteps(TimeProvider time)
{
    private readonly List<DemoStep> _steps = [];

    public IReadOnlyList<DemoStep> All => _steps;

    public bool AreGood => _steps.TrueForAll(static step => step.IsGood);

    /// <summary>Whether a fault is one of the server or the way to it, which the demonstration tells of and does not die of.</summary>
    public static bool IsTold(Exception fault) => fault is IOException or TimeoutException or JsonException or RtmException
        or HttpRequestException or SocketException or WebSocketException or InvalidProtocolBufferException
        or KeyNotFoundException or InvalidOperationException or FormatException or TaskCanceledException { InnerException: TimeoutException };

    /// <summary>Plays one step; what it throws makes it a bad one.</summary>
    public async Task<bool> PlayAsync(string door, string what, Func<Task<(bool IsGood, string Seen)>> step)
    {
        var started = time.GetTimestamp();
        var (isGood, seen) = (false, "");
        try
        {
            (isGood, seen) = await step();
        }
        catch (Exception e) when (IsTold(e))
        {
            seen = e.Message;
        }
        _steps.Add(new(door, what, isGood, seen, time.GetElapsedTime(started)));
        return isGood;
    }
}
