using Google.Protobuf;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>Takes one packet; completes when the next one of the connection may be taken.</summary>
internal delegate ValueTask BeehiveHandler(BeehiveCall call);

/// <summary>Makes the body of an ack that has nothing to tell but a code and a text.</summary>
internal delegate IMessage? BeehiveRefusal(BeehiveCall call, uint code, string text);

/// <summary>One command that clients send (beehive.md §9.7).</summary>
internal sealed class CommandRow(BeehiveCommand command, BeehiveCommand ack, BeehiveRefusal? refusal, BeehiveHandler handler)
{
    private long _succeeded;
    private long _failed;

    public BeehiveCommand Command { get; } = command;

    /// <summary>The command's ack.</summary>
    public BeehiveCommand Ack { get; } = ack;

    /// <summary>How the ack says what went wrong; null when it cannot.</summary>
    public BeehiveRefusal? Refusal { get; } = refusal;

    public BeehiveHandler Handler { get; } = handler;

    public string Name { get; } = command.ToString();

    /// <summary>Whether it counts against the connection's allowance.</summary>
    public bool IsLimited { get; init; } = true;

    /// <summary>Whether nothing is ever said back.</summary>
    public bool IsSilent { get; init; }

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Failed => Volatile.Read(ref _failed);

    public void Count(bool ok) => Interlocked.Increment(ref ok ? ref _succeeded : ref _failed);
}
