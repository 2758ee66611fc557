using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>
/// A door behind which FPNN is spoken (fpnn.md): native TCP, WebSocket on <c>/service/websocket</c> and HTTP on
/// <c>/service/&lt;method&gt;</c> on one port, told apart by the first bytes.
/// </summary>
internal abstract class FpnnDoor : Door
{
    [ThreadStatic]
    private static PooledBufferWriter? _scratch; // JSON payloads as MessagePack, until their handler has begun to wait

    private readonly ConcurrentDictionary<FpnnPeer, byte> _peers = new();

    protected FpnnDoor(FpnnHost host)
    {
        Host = host;
        BuiltIn = new BuiltInMethods(this);
    }

    /// <summary>What all FPNN doors share.</summary>
    public FpnnHost Host { get; }

    /// <summary>The methods that every FPNN server has.</summary>
    public BuiltInMethods BuiltIn { get; }

    /// <summary>The gateway's own methods.</summary>
    public abstract QuestTable Table { get; }

    /// <summary>How long a connection may be silent, in milliseconds.</summary>
    public virtual long IdleMilliseconds => Host.Settings.IdleSeconds * 1000L;

    /// <summary>True once the server stops: quests are answered with 20014.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>The longest package that this peer may send now, in bytes.</summary>
    public virtual int PackageLimit(FpnnPeer peer) => Host.Settings.PackageBytes;

    /// <summary>The longest package that is taken piece by piece, in bytes; 0 = none is.</summary>
    public virtual int UploadLimit => 0;

    /// <summary>Whether an HTTP client may begin with HEAD.</summary>
    public virtual bool TakesHead => false;

    /// <summary>The slowest that an upload may be, in bytes per second; 0 = any.</summary>
    public virtual int UploadBytesPerSecond => 0;

    /// <summary>How many peers are connected.</summary>
    public int PeerCount => _peers.Count;

    /// <summary>Whether a quest may go on: 0, or the code of the error to answer with. Says on whose behalf it goes on.</summary>
    public virtual int Admit(ref Quest quest, ref FpnnParameters parameters, out string text)
    {
        text = "";
        return 0;
    }

    /// <summary>A peer answered one of our quests.</summary>
    public virtual void OnAnswer(FpnnPeer peer, uint sequence, bool isError)
    {
    }

    /// <summary>A connected peer is asked once a second what is due.</summary>
    public virtual void OnHeartbeat(FpnnPeer peer, long now, long connectedAt)
    {
    }

    /// <summary>A connected peer is gone.</summary>
    public virtual void OnDisconnected(FpnnPeer peer)
    {
    }

    /// <inheritdoc/>
    public override async Task AcceptAsync(ConnectionContext connection, ConnectionDelegate http)
    {
        var peer = new FpnnStreamPeer(this, connection);
        Add(peer);
        bool isHttp;
        try
        {
            isHttp = await peer.RunAsync();
        }
        finally
        {
            Remove(peer);
        }
        if (isHttp)
            await http(connection);
    }

    /// <inheritdoc/>
    public override Task ServeAsync(HttpContext context) => FpnnHttp.ServeAsync(this, context);

    /// <summary>Takes part in heartbeats and draining until <see cref="Remove"/>.</summary>
    public void Add(FpnnPeer peer)
    {
        _peers.TryAdd(peer, 0);
        if (peer is IHeartbeatItem item)
            Host.Heartbeat.Add(item);
        if (IsStopping)
            peer.CloseAfterFlush(CloseReason.Stopping);
    }

    /// <summary>The peer is gone.</summary>
    public void Remove(FpnnPeer peer)
    {
        if (!_peers.TryRemove(peer, out _))
            return;
        if (peer is IHeartbeatItem item)
            Host.Heartbeat.Remove(item);
        OnDisconnected(peer);
    }

    /// <summary>A peer that was lost while its login was checked: what the login opened is closed again.</summary>
    public void ForgetIfGone(FpnnPeer peer)
    {
        if (!_peers.ContainsKey(peer))
            OnDisconnected(peer);
    }

    /// <summary>
    /// Handles one package. False when the peer broke the protocol and its connection is to be closed.
    /// </summary>
    public bool Handle(FpnnPeer peer, in FpnnPackage package)
    {
        if (package.Type == FpnnMessageType.Answer)
        {
            OnAnswer(peer, package.SequenceNumber, package.IsError);
            return true;
        }
        var scratch = _scratch ??= new PooledBufferWriter();
        scratch.Clear();
        if (!FpnnParameters.TryParse(package, scratch, out var parameters)
            && !(package.Encoding == FpnnEncoding.MessagePack && package.Method.SequenceEqual(FpnnBuiltIn.Ping)))
        {
            return false;
        }
        var isBuiltIn = BuiltIn.TryFind(package.Method, out var method);
        var isTwoWay = package.Type == FpnnMessageType.TwoWayQuest;
        if (!isBuiltIn && Host.Settings.RequireEncryption && !peer.IsEncrypted)
            return false;
        if (!isBuiltIn && !Table.TryFind(package.Method, out method))
        {
            Host.CountUnknown();
            if (isTwoWay)
                peer.SendError(package.SequenceNumber, package.Encoding, FpnnErrorCode.UnknownMethod, "Unknown method.");
            return true;
        }
        Invoke(new Quest(peer, method!, package.SequenceNumber, package.Encoding, isTwoWay), ref parameters);
        return true;
    }

    /// <summary>Looks at the beginning of a package: whether it is an upload, and then begins it.</summary>
    /// <param name="peer">Who sends it.</param>
    /// <param name="bytes">The package from its first byte on, as far as it is there.</param>
    /// <param name="upload">The upload when the result is <see cref="UploadStart.Begun"/>.</param>
    /// <param name="prefix">How many bytes stand before the payload.</param>
    /// <param name="total">The length of the whole package in bytes.</param>
    public UploadStart TryBeginUpload(FpnnPeer peer, ReadOnlySpan<byte> bytes, out FpnnUpload? upload, out int prefix, out long total)
    {
        upload = null;
        prefix = 0;
        total = 0;
        var limit = UploadLimit;
        if (limit == 0)
            return UploadStart.None;
        var status = FpnnFraming.TryReadHeader(bytes, limit, out var header, out _);
        if (status != FpnnReadStatus.Package)
            return status == FpnnReadStatus.NeedMore ? UploadStart.NeedMore : UploadStart.Invalid;
        if (header.Type == FpnnMessageType.Answer)
            return UploadStart.None;
        prefix = FpnnFraming.HeaderLength + header.SequenceNumberLength + header.MethodLength;
        total = header.TotalLength;
        if (bytes.Length < prefix)
            return UploadStart.NeedMore;
        if (!Table.TryFind(bytes[(prefix - header.MethodLength)..prefix], out var method) || method.Upload is not { } begin)
            return UploadStart.None;
        if (Host.Settings.RequireEncryption && !peer.IsEncrypted)
            return UploadStart.Invalid;
        var sequence = header.SequenceNumberLength == 0
            ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bytes[FpnnFraming.HeaderLength..]);
        upload = begin(
            new Quest(peer, method, sequence, header.Encoding, header.Type == FpnnMessageType.TwoWayQuest), header.PayloadLength);
        return UploadStart.Begun;
    }

    /// <summary>Lets an upload whose payload is whole be answered.</summary>
    public void Run(FpnnUpload upload) => _ = ObserveAsync(upload.Quest, upload.AnswerAsync());

    /// <summary>Waits until every quest that was taken from a peer is answered, or the time is over.</summary>
    public async Task WaitForAnswersAsync(IInFlight peer, TimeSpan time)
    {
        if (peer.Count == 0)
            return;
        using var limit = new CancellationTokenSource(time, Host.Time);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), Host.Time);
        try
        {
            while (peer.Count > 0 && await timer.WaitForNextTickAsync(limit.Token))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // what takes longer is not waited for
        }
    }

    /// <inheritdoc/>
    public override async Task DrainAsync(CancellationToken deadline)
    {
        IsStopping = true;
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), Host.Time);
            // quests that were taken are answered first; seen twice, because a reader may just be between taking and counting one
            for (var idle = 0; idle < 2; idle = IsWorking() ? 0 : idle + 1)
                await timer.WaitForNextTickAsync(deadline);
            foreach (var (peer, _) in _peers)
                peer.CloseAfterFlush(CloseReason.Stopping);
            while (!_peers.IsEmpty && await timer.WaitForNextTickAsync(deadline))
            {
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var (peer, _) in _peers)
                peer.Break(CloseReason.Stopping);
        }
    }

    private bool IsWorking()
    {
        foreach (var (peer, _) in _peers)
        {
            if (peer is IInFlight { Count: > 0 })
                return true;
        }
        return false;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours must not end the server.")]
    private void Invoke(Quest quest, ref FpnnParameters parameters)
    {
        if (IsStopping)
        {
            quest.Fail(FpnnErrorCode.ServerStopping, "Server is stopping.");
            return;
        }
        var error = Admit(ref quest, ref parameters, out var text);
        if (error != 0)
        {
            quest.Fail(error, text);
            return;
        }
        ValueTask pending;
        try
        {
            pending = quest.Method.Handler(quest, ref parameters);
        }
        catch (Exception exception)
        {
            OnFault(quest, exception);
            return;
        }
        if (pending.IsCompletedSuccessfully)
            return;
        _ = ObserveAsync(quest, pending);
    }

    private async Task ObserveAsync(Quest quest, ValueTask pending)
    {
        var counter = quest.Peer as IInFlight;
        counter?.Begin();
        try
        {
            await pending;
        }
        catch (OperationCanceledException) when (!_peers.ContainsKey(quest.Peer))
        {
            // work that was given up because the peer is gone
        }
        catch (Exception exception)
        {
            OnFault(quest, exception);
        }
        finally
        {
            counter?.End();
        }
    }

    private void OnFault(Quest quest, Exception exception)
    {
        Host.Logger.QuestFailed(exception, Name, quest.Method.Name);
        quest.Fail(FpnnErrorCode.UnknownError, "Internal error.");
    }

    /// <summary>Whether the connection is protected by TLS.</summary>
    public static bool IsTls(ConnectionContext connection) => connection.Features.Get<ITlsHandshakeFeature>() is not null;
}

/// <summary>A peer whose unanswered quests are counted, so that a reader can stop reading.</summary>
internal interface IInFlight
{
    int Count { get; }

    void Begin();

    void End();
}
