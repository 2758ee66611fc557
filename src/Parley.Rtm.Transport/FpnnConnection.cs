using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Transport;

/// <summary>
/// One FPNN connection to a server (fpnn.md): quests with answers, many at once; one-way quests; quests of the server. Thread-safe. It is
/// never connected again: when it has ended, make a new one.
/// </summary>
/// <remarks>
/// Bounds: <see cref="FpnnConnectionOptions.MaxAsksInFlight"/>, <see cref="FpnnConnectionOptions.OutboundCapacity"/> and
/// <see cref="FpnnConnectionOptions.InboundCapacity"/>; whoever comes to a full queue waits. One loop reads, one writes all that is queued
/// in one go, one hands the server's quests to the handler.
/// </remarks>
public sealed partial class FpnnConnection : IAsyncDisposable
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(1);
    private static readonly AsyncLocal<FpnnConnection?> HandledBy = new();

    private readonly FpnnConnectionOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly PendingAsks _pending;
    private readonly SemaphoreSlim _asksAllowed;
    private readonly Channel<PooledBufferWriter> _outbound;
    private readonly Channel<FpnnQuest> _inbound;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<FpnnClosed> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _stateLock = new();
    private Stream _stream = Stream.Null;
    private FpnnCipher? _sendCipher;
    private FpnnCipher? _receiveCipher;
    private FpnnClosed? _reason;
    private Task _reading = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task _handling = Task.CompletedTask;
    private long _lastReceived;
    private bool _opened;
    private int _disposed;

    private FpnnConnection(FpnnAddress address, FpnnConnectionOptions options)
    {
        Address = address;
        _options = options;
        _logger = options.Logger;
        _time = options.TimeProvider;
        _pending = new PendingAsks(_time);
        _asksAllowed = new SemaphoreSlim(options.MaxAsksInFlight, options.MaxAsksInFlight);
        _outbound = Channel.CreateBounded<PooledBufferWriter>(new BoundedChannelOptions(options.OutboundCapacity) { SingleReader = true });
        _inbound = Channel.CreateBounded<FpnnQuest>(
            new BoundedChannelOptions(options.InboundCapacity) { SingleReader = true, SingleWriter = true });
        _lastReceived = _time.GetTimestamp();
    }

    /// <summary>Where the connection leads.</summary>
    public FpnnAddress Address { get; }

    /// <summary>Whether the connection has not ended yet, as far as this side knows.</summary>
    public bool IsOpen => Volatile.Read(ref _reason) is null;

    /// <summary>Completes, never with an exception, when the connection has ended.</summary>
    public Task<FpnnClosed> Closed => _closed.Task;

    /// <summary>How long nothing has come from the server.</summary>
    public TimeSpan SinceLastReceived => _time.GetElapsedTime(Volatile.Read(ref _lastReceived));

    /// <summary>Connects, with TLS and key exchange as the options say.</summary>
    /// <exception cref="FpnnConnectionClosedException">It failed (reason <see cref="FpnnCloseReason.ConnectFailed"/>).</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<FpnnConnection> ConnectAsync(
        FpnnAddress address, FpnnConnectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(options);
        var connection = new FpnnConnection(address, options);
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await connection.OpenAsync(both.Token);
            connection.MarkOpen();
        }
        catch (Exception error)
        {
            connection.Break(FpnnCloseReason.ConnectFailed, error);
            await connection.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            var text = deadline.IsCancellationRequested
                ? $"no connection to {address} within {options.ConnectTimeout}"
                : $"no connection to {address}: {error.Message}";
            throw new FpnnConnectionClosedException(FpnnCloseReason.ConnectFailed, text, error);
        }

        TransportLog.Connected(connection._logger, address.ToString());
        return connection;
    }

    /// <summary>Sends a two-way quest and waits for its answer.</summary>
    /// <param name="method">The method name, 1–255 bytes of UTF-8.</param>
    /// <param name="write">Adds the parameters; called before this method returns. Null for none.</param>
    /// <param name="timeout">How long to wait, for room in the queues too; null for the default of the options.</param>
    /// <param name="cancellationToken">Ends the waiting; the quest may have been sent.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="FpnnException">The server answered an error.</exception>
    /// <exception cref="FpnnTimeoutException">No answer came in time.</exception>
    /// <exception cref="FpnnConnectionClosedException">The connection has ended, or ended before the answer came.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<FpnnAnswer> AskAsync(
        string method,
        Action<FpnnMapWriter>? write = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        cancellationToken.ThrowIfCancellationRequested();
        var wait = timeout ?? _options.QuestTimeout;
        if (!_pending.TryAdd(method, wait, out var sequenceNumber, out var ask))
            throw ClosedException();
        var frame = new PooledBufferWriter();
        var queued = false;
        var counted = false;
        using var givenUp = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static (state, token) => ((PendingAsk)state!).TrySetCanceled(token), ask)
            : default;
        try
        {
            WriteQuest(frame, FpnnMessageType.TwoWayQuest, sequenceNumber, method, write);
            if (!_asksAllowed.Wait(0, CancellationToken.None))
                await WaitOrEndAsync(ask, token => _asksAllowed.WaitAsync(token));
            counted = true;
            if (!_outbound.Writer.TryWrite(frame))
                await WaitOrEndAsync(ask, token => _outbound.Writer.WriteAsync(frame, token).AsTask());
            queued = true;
            return await ask.Task;
        }
        catch (ChannelClosedException)
        {
            throw ClosedException();
        }
        finally
        {
            _pending.TryRemove(sequenceNumber, out _);
            if (counted)
                _asksAllowed.Release();
            if (!queued)
                frame.Dispose();
        }
    }

    /// <summary>Sends a one-way quest. It is on its way when this returns, but nobody tells whether it arrived.</summary>
    /// <param name="method">The method name, 1–255 bytes of UTF-8.</param>
    /// <param name="write">Adds the parameters. Null for none.</param>
    /// <param name="cancellationToken">Ends the waiting while the outbound queue is full.</param>
    /// <exception cref="FpnnConnectionClosedException">The connection has ended.</exception>
    public ValueTask TellAsync(string method, Action<FpnnMapWriter>? write = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        var frame = new PooledBufferWriter();
        WriteQuest(frame, FpnnMessageType.OneWayQuest, 0, method, write);
        return EnqueueAsync(frame, cancellationToken);
    }

    /// <summary>
    /// Writes what is queued, for at most one second, and ends the connection. Waiting quests fail. Ends when the handler has ended too,
    /// unless it is the handler that calls this.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _outbound.Writer.TryComplete();
        if (IsOpen)
            await Task.WhenAny(_writing, Task.Delay(FlushTime, _time));
        Break(FpnnCloseReason.Local, null);
        await _reading;
        await _writing;
        if (HandledBy.Value != this)
            await _handling;
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _sendCipher?.Dispose();
        _receiveCipher?.Dispose();
        _pending.Dispose();
    }

    internal ValueTask SendAnswerAsync(uint sequenceNumber, Action<FpnnMapWriter>? write, CancellationToken cancellationToken)
    {
        var frame = new PooledBufferWriter();
        var start = FpnnWriter.BeginAnswer(frame, sequenceNumber);
        WritePayload(frame, write);
        FpnnWriter.End(frame, start);
        return EnqueueAsync(frame, cancellationToken);
    }

    internal ValueTask SendErrorAsync(uint sequenceNumber, int code, string text, CancellationToken cancellationToken)
    {
        var frame = new PooledBufferWriter();
        FpnnWriter.WriteError(frame, sequenceNumber, code, text);
        return EnqueueAsync(frame, cancellationToken);
    }

    private static void WriteQuest(
        PooledBufferWriter frame, FpnnMessageType type, uint sequenceNumber, string method, Action<FpnnMapWriter>? write)
    {
        var start = FpnnWriter.BeginQuest(frame, type, sequenceNumber, Encoding.UTF8.GetBytes(method));
        WritePayload(frame, write);
        FpnnWriter.End(frame, start);
    }

    private static void WritePayload(PooledBufferWriter frame, Action<FpnnMapWriter>? write)
    {
        if (write is null)
            return;
        var map = new FpnnMapWriter(frame);
        write(map);
        map.End();
    }

    // Waits for room, unless the quest's time is over or its caller gave up before.
    private static async Task WaitOrEndAsync(PendingAsk ask, Func<CancellationToken, Task> wait)
    {
        using var stop = new CancellationTokenSource();
        var waiting = wait(stop.Token);
        if (await Task.WhenAny(waiting, ask.Task) != waiting)
        {
            await stop.CancelAsync();
            try
            {
                await waiting;
            }
            catch (OperationCanceledException)
            {
                await ask.Task;
            }
        }

        await waiting;
    }

    private async ValueTask EnqueueAsync(PooledBufferWriter frame, CancellationToken cancellationToken)
    {
        try
        {
            await _outbound.Writer.WriteAsync(frame, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            frame.Dispose();
            throw ClosedException();
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private FpnnConnectionClosedException ClosedException()
    {
        var closed = Volatile.Read(ref _reason) ?? new FpnnClosed(FpnnCloseReason.Local, null);
        return new FpnnConnectionClosedException(closed.Reason, $"the connection to {Address} has ended: {closed.Reason}", closed.Error);
    }

    // From here on the end is told to the owner; before, connecting fails.
    private void MarkOpen()
    {
        lock (_stateLock)
        {
            if (_reason is not null)
                throw ClosedException();
            _opened = true;
        }
    }

    // The only way a connection ends; the first reason stays.
    private void Break(FpnnCloseReason reason, Exception? error)
    {
        var closed = new FpnnClosed(reason, error);
        bool wasOpen;
        lock (_stateLock)
        {
            if (_reason is not null)
                return;
            Volatile.Write(ref _reason, closed);
            wasOpen = _opened;
        }

        _outbound.Writer.TryComplete();
        _inbound.Writer.TryComplete();
        _ended.Cancel();
        _stream.Dispose();
        _pending.Close(ClosedException);
        TransportLog.Closed(_logger, Address.ToString(), reason, error);
        _closed.TrySetResult(closed);
        try
        {
            if (wasOpen)
                _options.OnClosed?.Invoke(closed);
        }
        catch (Exception failure)
        {
            TransportLog.ClosedCallbackFailed(_logger, failure);
        }
    }
}
