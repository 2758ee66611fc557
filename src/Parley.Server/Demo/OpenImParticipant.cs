using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Google.Protobuf;
using Parley.Wire.Gob;
using Parley.Wire.MessagePack;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Server.Demo;

/// <summary>A client of the OpenIM message gateway.</summary>
internal sealed class OpenImParticipant : DemoParticipant
{
    public const int TextType = 101;
    public const int Platform = 2;

    private const int GroupSession = 2;
    private const int NewestSeq = 1001;
    private const int PullBySeqs = 1002;
    private const int SendMessage = 1003;
    private const int Pushed = 2001;
    private const int FrameLength = 65_536;

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<(int Code, string Text, byte[] Data)> _answers = Channel.CreateBounded<(int, string, byte[])>(16);
    private Task _reading = Task.CompletedTask;
    private int _asked;

    private OpenImParticipant(string name, long userId)
        : base(name, "OpenIM client", userId)
    {
    }

    public override string HistoryWay => "1001 newest seq, 1002 pull by seqs";

    /// <summary>Connects with a token that the back end gave.</summary>
    public static async Task<OpenImParticipant> LogInAsync(
        IPEndPoint gateway, string name, long userId, string token, CancellationToken cancellationToken)
    {
        var participant = new OpenImParticipant(name, userId);
        try
        {
            var address = new Uri($"ws://{gateway}/?sendID={participant.UserName}&token={Uri.EscapeDataString(token)}&platformID={Platform}");
            await participant._socket.ConnectAsync(address, cancellationToken).WaitAsync(Patience, TimeProvider.System, cancellationToken);
            participant._reading = participant.ReadAsync();
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
        var message = new MsgData
        {
            SendID = UserName,
            GroupID = group.ToString(CultureInfo.InvariantCulture),
            ClientMsgID = Guid.NewGuid().ToString("N"),
            SenderPlatformID = Platform,
            SessionType = GroupSession,
            MsgFrom = 100,
            ContentType = TextType,
            Content = ByteString.CopyFromUtf8(text),
            CreateTime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await AskAsync(SendMessage, message, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<DemoHeard>> ReadHistoryAsync(long group, int count, CancellationToken cancellationToken)
    {
        var newest = GetMaxAndMinSeqResp.Parser.ParseFrom(await AskAsync(NewestSeq, new GetMaxAndMinSeqReq(), cancellationToken));
        var request = new PullMessageBySeqListReq { UserID = UserName };
        // the group is new, and so is what is asked for
        for (var seq = Math.Max(1, (long)newest.MaxSeq - 99); seq <= newest.MaxSeq; seq++)
            request.SeqList.Add((uint)seq);
        var pulled = PullMessageBySeqListResp.Parser.ParseFrom(await AskAsync(PullBySeqs, request, cancellationToken));
        var groupName = group.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. pulled.List.Where(message => message.ContentType == TextType && message.GroupID == groupName)
                .OrderBy(static message => message.Seq)
                .Select(static message => new DemoHeard(message.SendID, message.Content.ToStringUtf8())),
        ];
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        HearNoMore();
    }

    /// <summary>Sends a request and waits for its answer. One at a time.</summary>
    private async Task<byte[]> AskAsync(int identifier, IMessage body, CancellationToken cancellationToken)
    {
        var number = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{UserName}_{++_asked}"));
        using var frame = new PooledBufferWriter();
        GobRequest.Write(frame, identifier, default, Encoding.UTF8.GetBytes(UserName), number, number, body.ToByteArray());
        await _socket.SendAsync(frame.WrittenMemory, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        var answer = await InTimeAsync(_answers.Reader.ReadAsync(cancellationToken).AsTask(), $"the answer to {identifier}", cancellationToken);
        return answer.Code == 0 ? answer.Data : throw new IOException($"{identifier}: {answer.Code} {answer.Text}");
    }

    private async Task ReadAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(FrameLength);
        try
        {
            while (true)
            {
                var got = await _socket.ReceiveAsync(buffer.GetMemory(FrameLength), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                    break;
                buffer.Advance(got.Count);
                if (!got.EndOfMessage)
                    continue;
                Take(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidProtocolBufferException)
        {
            // closed, or it was no frame: what is missing will be told
        }
        _answers.Writer.TryComplete();
        HearNoMore();
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        if (!GobAnswer.TryRead(frame, out var answer))
            return;
        if (answer.ReqIdentifier != Pushed)
        {
            _answers.Writer.TryWrite((answer.ErrCode, Encoding.UTF8.GetString(answer.ErrMsg), answer.Data.ToArray()));
            return;
        }
        var message = MsgData.Parser.ParseFrom(answer.Data);
        if (message.ContentType == TextType && message.SessionType == GroupSession)
            Hear(message.SendID, message.Content.ToStringUtf8());
    }
}
