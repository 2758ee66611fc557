using System.Diagnostics.CodeAnalysis;
using System.Text;
using Google.Protobuf;
using Parley.Wire.Gob;
using Parley.Wire.OpenIm;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>One request of a client on its way through its handler. It is answered once.</summary>
internal sealed class GatewayCall
{
    private readonly int _identifier;
    private readonly byte[] _msgIncr;
    private readonly byte[] _operationId;
    private int _answered;

    public GatewayCall(OpenImConnection connection, OpenImSession session, RequestRow row, in GobRequest request)
    {
        Connection = connection;
        Session = session;
        Row = row;
        _identifier = request.ReqIdentifier;
        _msgIncr = request.MsgIncr.ToArray();
        _operationId = request.OperationId.ToArray();
        Data = request.Data.ToArray();
    }

    public OpenImConnection Connection { get; }

    public OpenImSession Session { get; }

    public RequestRow Row { get; }

    public OpenImHost Host => Connection.Door.Host;

    /// <summary>For tracing.</summary>
    public string OperationId => Encoding.UTF8.GetString(_operationId);

    /// <summary>The inner message; nobody else has it.</summary>
    public byte[] Data { get; }

    /// <summary>Reads the inner message; when that is not possible the call is refused (§8.6).</summary>
    public bool TryParse<T>(MessageParser<T> parser, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        if (OpenImBodies.TryParse(Data, parser, out message))
            return true;
        Refuse(OpenImFailures.Unreadable, "Data cannot be read");
        return false;
    }

    /// <summary>Answers; null = nothing to tell.</summary>
    public void Answer(IMessage? data = null) => Conclude(code: 0, "", data);

    /// <summary>Answers with something that may be longer than what may wait for the client; completes when its turn has come.</summary>
    public Task AnswerLongAsync(IMessage data)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
            return Task.CompletedTask;
        Row.Count(ok: true);
        return Connection.SendLongAsync(GatewayFrames.AnswerOf(_identifier, _msgIncr, _operationId, code: 0, "", data.ToByteArray()));
    }

    /// <summary>Answers with a code of openim.md §1.6.</summary>
    /// <param name="code">The code.</param>
    /// <param name="text">A text for people.</param>
    /// <param name="data">What the request answers beside it; null = nothing.</param>
    public void Refuse(int code, string text, IMessage? data = null) => Conclude(code, text, data);

    private void Conclude(int code, string text, IMessage? data)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0)
            return;
        Row.Count(code == 0);
        Connection.Send(GatewayFrames.AnswerOf(_identifier, _msgIncr, _operationId, code, text, data is null ? default : data.ToByteArray()));
    }
}
