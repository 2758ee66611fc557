using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

/// <summary>
/// A business back end's access to one project through the RTM server gate (rtm-server.md): every function of the server SDK documents.
/// Thread-safe; one object serves a whole program. It connects when the first call needs it, again with the next call after the
/// connection has ended, and by itself while the back end listens.
/// </summary>
/// <remarks>
/// Every call takes an optional timeout (<see cref="RtmBackendOptions.QuestTimeout"/> otherwise) and a cancellation token, and throws:
/// <see cref="RtmException"/> with the server's code, <see cref="RtmTimeoutException"/> when no answer came in time,
/// <see cref="RtmConnectionException"/> when there is no connection or it ended before the answer,
/// <see cref="OperationCanceledException"/> when cancelled. After the second and third of these a call may still have been carried out;
/// for messages repeat it with the same <c>mid</c>: the server refuses what it has with <see cref="RtmErrorCode.DuplicatedMid"/>. The
/// wire method of every function is named in its documentation.
/// </remarks>
public sealed partial class RtmBackendClient : IAsyncDisposable, IDisposable
{
    private readonly RtmBackendOptions _options;
    private readonly QuestSigner _signer;
    private readonly MessageIds _messageIds;
    private readonly EventDispatcher _events;
    private readonly BackendLink _link;
    private readonly SemaphoreSlim _listenLock = new(1, 1);
    private RtmListenSettings _listening = RtmListenSettings.Nothing;

    /// <summary>Makes a client; it does not connect yet.</summary>
    /// <exception cref="ArgumentException">Endpoint, project or secret are missing or wrong.</exception>
    public RtmBackendClient(RtmBackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var address = options.Check();
        _options = options;
        _signer = new QuestSigner(options.Pid, options.Secret, options.LegacySign, options.TimeProvider);
        _messageIds = new MessageIds(options.TimeProvider);
        _events = new EventDispatcher(options);
        _link = new BackendLink(address, options, _events.HandleAsync, RestoreListeningAsync, () => !Listening.IsNothing, Tell);
    }

    /// <summary>
    /// Makes a client with all other settings at their defaults.
    /// </summary>
    /// <param name="endpoint">The server gate as <c>host:port</c>.</param>
    /// <param name="pid">The project.</param>
    /// <param name="secret">The project's secret.</param>
    public RtmBackendClient(string endpoint, long pid, string secret)
        : this(new RtmBackendOptions { Endpoint = endpoint, Pid = pid, Secret = secret })
    {
    }

    /// <summary>The connection came up or went down. Handlers must not block.</summary>
    public event EventHandler<RtmConnectionEventArgs>? ConnectionChanged;

    /// <summary>Whether there is a connection now.</summary>
    public bool IsConnected => _link.IsConnected;

    /// <summary>A message id that no other process makes for the same sender (but for an unlikely coincidence).</summary>
    public long NewMid() => _messageIds.Next();

    /// <summary>Connects now instead of with the first call.</summary>
    /// <exception cref="RtmConnectionException">It failed.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _link.GetAsync(cancellationToken);
        }
        catch (FpnnException error)
        {
            throw RtmException.From("connect", error);
        }
    }

    /// <summary>
    /// Calls any method of the server gate, with the signature added: for methods that have no function here. On 200006 it is signed
    /// again and repeated once.
    /// </summary>
    /// <param name="method">The wire method.</param>
    /// <param name="write">Adds the method's own parameters; may be called twice.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<FpnnAnswer> CallAsync(
        string method,
        Action<FpnnMapWriter>? write = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var connection = await _link.GetAsync(cancellationToken);
            return await AskSignedAsync(connection, method, write, timeout, cancellationToken);
        }
        catch (FpnnException error)
        {
            throw RtmException.From(method, error);
        }
    }

    /// <summary>
    /// What the back end listens to, as a stream that starts with this call. Any number of readers may run; each gets everything. A
    /// reader holds back the connection when <see cref="RtmBackendOptions.EventCapacity"/> events wait for it, so read on, or stop. The
    /// stream ends when the client is disposed. Enumerate it once.
    /// </summary>
    public IAsyncEnumerable<RtmEvent> ReadEventsAsync(CancellationToken cancellationToken = default) =>
        ReadAsync(_events.AddQueue(), cancellationToken);

    /// <summary>Ends connection and listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        await _link.DisposeAsync();
    }

    /// <summary>As <see cref="DisposeAsync"/>, but returns before everything has ended.</summary>
    public void Dispose() => _ = DisposeAsync().AsTask();

    private async IAsyncEnumerable<RtmEvent> ReadAsync(
        Channel<RtmEvent> queue, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var happened in queue.Reader.ReadAllAsync(cancellationToken))
                yield return happened;
        }
        finally
        {
            _events.RemoveQueue(queue);
        }
    }

    private async Task<FpnnAnswer> AskSignedAsync(
        FpnnConnection connection, string method, Action<FpnnMapWriter>? write, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.AskAsync(method, Write, timeout ?? _options.QuestTimeout, cancellationToken);
        }
        catch (FpnnException error) when (error.Code == RtmErrorCode.SameSign)
        {
            return await connection.AskAsync(method, Write, timeout ?? _options.QuestTimeout, cancellationToken);
        }

        void Write(FpnnMapWriter map)
        {
            _signer.Sign(map, method);
            write?.Invoke(map);
        }
    }

    private Task DoAsync(string method, Action<FpnnMapWriter> write, TimeSpan? timeout, CancellationToken cancellationToken) =>
        CallAsync(method, write, timeout, cancellationToken);

    private async Task<T> GetAsync<T>(
        string method, Action<FpnnMapWriter> write, AnswerReader<T> read, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Read(method, await CallAsync(method, write, timeout, cancellationToken), read);

    private static T Read<T>(string method, FpnnAnswer answer, AnswerReader<T> read)
    {
        if (!FpnnParameters.TryParse(answer.Payload.Span, out var parameters))
            throw new RtmException(method, FpnnErrorCode.InvalidPackage, "the answer is not a map");
        var result = read(ref parameters);
        return parameters.Failed ? throw new RtmException(method, parameters.Error, $"in the answer: {parameters.ErrorText}") : result;
    }

    private static bool ReadOk(ref FpnnParameters answer) => answer.Boolean("ok"u8);

    private static IReadOnlyList<long> ReadUids(ref FpnnParameters answer) => answer.Int64ListOrNull("uids"u8) ?? [];

    private void Tell(RtmConnectionEventArgs change)
    {
        try
        {
            ConnectionChanged?.Invoke(this, change);
        }
        catch (Exception error)
        {
            BackendLog.ConnectionHandlerFailed(_options.Logger, error);
        }
    }

    private delegate T AnswerReader<out T>(ref FpnnParameters answer);
}
