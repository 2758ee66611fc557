using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Parley.Core;
using Parley.Gateways.Beehive.Connections;
using Parley.Gateways.Beehive.Sessions;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>One packet of a client on its way through its command.</summary>
internal sealed class BeehiveCall(BeehiveConnection connection, CommandRow row, in BeehiveHeader header, byte[] body)
{
    private readonly BeehiveHeader _header = header;
    private int _answered;

    public BeehiveConnection Connection { get; } = connection;

    public CommandRow Row { get; } = row;

    public BeehiveHeader Header => _header;

    /// <summary>The body; nobody else has it.</summary>
    public byte[] Body { get; } = body;

    public BeehiveHost Host => Connection.Door.Host;

    /// <summary>The session of a logged-in connection.</summary>
    public BeehiveSession Session => Connection.Session!;

    public bool IsAnswered => Volatile.Read(ref _answered) != 0;

    /// <summary>Reads the body; when that is not possible the call is refused with 20011.</summary>
    public bool TryParse<T>(MessageParser<T> parser, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        if (BeehiveBodies.TryParse(Body, parser, out message))
            return true;
        Refuse(BeehiveCode.BadBody, "Unmarshal body failed!");
        return false;
    }

    /// <summary>Whether the acting user that a body names is the session's; otherwise the call is refused (beehive.md §10.2, §10.3).</summary>
    public bool IsActor(ulong userId)
    {
        if (userId == (ulong)Session.UserId)
            return true;
        Refuse(BeehiveCode.Collision, "Uid is collision!");
        return false;
    }

    /// <summary>Sends the ack with a good result.</summary>
    public void Answer(IMessage? ack)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
            return;
        Row.Count(ok: true);
        Connection.Send(Row.Ack, ack, Header.Sequence, Header.SessionId);
    }

    /// <summary>The call is done and has no ack.</summary>
    public void Pass()
    {
        if (Interlocked.Exchange(ref _answered, 1) == 0)
            Row.Count(ok: true);
    }

    /// <summary>Sends the ack with an error; ERROR when the command has no ack that could carry one (§8.3).</summary>
    public void Refuse(BeehiveCode code, string text)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
            return;
        Row.Count(ok: false);
        if (Row.Refusal is { } refusal)
            Connection.Send(Row.Ack, refusal(this, (uint)code, text), Header.Sequence, Header.SessionId);
        else if (!Row.IsSilent)
            Connection.Send(BeehiveCommand.Error, BeehiveBodies.Error((uint)code, text), Header.Sequence, Header.SessionId);
    }

    /// <summary>Sends the ack for what the core said.</summary>
    public void Conclude(CoreError error)
    {
        if (error is CoreError.None or CoreError.Duplicate)
            Answer(Row.Refusal!(this, 0, "Ok"));
        else
            Refuse(BeehiveCodes.Of(error), BeehiveCodes.TextOf(error));
    }
}
