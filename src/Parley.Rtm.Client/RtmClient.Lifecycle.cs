using Parley.Rtm.Client.Connecting;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Client;

// Logging in, staying logged in, leaving (rtm-client.md §2, §9.5). The state is changed by ConnectAsync until the first login has
// succeeded, and from then on only by the loop that keeps it, KeepAsync.
public sealed partial class RtmClient
{
    // A login that lasts this long counts as good: the next loss is answered at once again.
    private static readonly TimeSpan StableTime = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ByeTime = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private RtmClientState _state = RtmClientState.Idle;
    private GateLink? _link;
    private TaskCompletionSource<GateLink?> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _leaving = new();
    private Task _keeping = Task.CompletedTask;
    private bool _disposed;

    /// <summary>
    /// The client went from one state to another. Raised by the client's own loop: it must not block, and must not wait for
    /// <see cref="CloseAsync"/>.
    /// </summary>
    public event EventHandler<RtmStateChangedEventArgs>? StateChanged;

    /// <summary>How far the client is.</summary>
    public RtmClientState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>Why the client is closed.</summary>
    public RtmEnd End { get; private set; }

    /// <summary>
    /// Logs in (<c>which</c>, <c>auth</c>). One try: when it fails this throws, and may be called again. Once it has succeeded the client
    /// logs in again by itself whenever the connection is lost, until it is closed, kicked out or refused for good. Does nothing when it
    /// is logged in already, or at it.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RtmException">
    /// 200027 the token is not accepted; 200001, 200024, 200025 and others as the gate says; 20002 no connection; 20003 no answer.
    /// </exception>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (State is RtmClientState.Online or RtmClientState.Reconnecting)
                return;
            await _keeping;
            _leaving.Dispose();
            _leaving = new();
            End = RtmEnd.None;
            Change(RtmClientState.Connecting);
            GateLink link;
            try
            {
                link = await LogInAsync(cancellationToken);
            }
            catch (Exception exception)
            {
                Change(RtmClientState.Idle, error: exception);
                throw;
            }
            _delays.Reset();
            Change(RtmClientState.Online, link);
            _keeping = Task.Run(() => KeepAsync(link, _leaving.Token), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Says <c>bye</c> and closes. Pushes that wait are still handed over. <see cref="ConnectAsync"/> may be called afterwards.
    /// </summary>
    public async Task CloseAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (!_disposed)
                await LeaveAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes as <see cref="CloseAsync"/> does, and ends all enumerations; pushes that still wait are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        try
        {
            if (_disposed)
                return;
            _disposed = true;
            await LeaveAsync();
        }
        finally
        {
            _turn.Release();
        }
        await _fileGates.DisposeAsync();
        await _pump.DisposeAsync();
    }

    private async Task LeaveAsync()
    {
        await _leaving.CancelAsync();
        await _keeping;
    }

    /// <summary>The loop that keeps the client logged in.</summary>
    private async Task KeepAsync(GateLink link, CancellationToken leaving)
    {
        while (true)
        {
            var since = _time.GetTimestamp();
            await WatchAsync(link, leaving);
            if (leaving.IsCancellationRequested)
                await SayByeAsync(link);
            await link.DisposeAsync();
            if (link.IsKickedOut)
                RtmClientLog.KickedOut(_logger);
            if (link.IsKickedOut || leaving.IsCancellationRequested)
            {
                Finish(link.IsKickedOut ? RtmEnd.KickedOut : RtmEnd.Bye, error: null);
                return;
            }
            var closed = await link.Connection.Closed;
            RtmClientLog.Lost(_logger, link.Connection.Address.ToString(), closed.Reason.ToString());
            if (_time.GetElapsedTime(since) >= StableTime)
                _delays.Reset();
            Change(RtmClientState.Reconnecting, error: closed.Error);
            if (await LogInAgainAsync(leaving) is not { } next)
                return;
            link = next;
            Change(RtmClientState.Online, link);
        }
    }

    /// <summary>Tries until a login succeeds; null when that is over.</summary>
    private async Task<GateLink?> LogInAgainAsync(CancellationToken leaving)
    {
        while (true)
        {
            try
            {
                var delay = _delays.Next();
                RtmClientLog.WillLogIn(_logger, delay);
                if (delay > TimeSpan.Zero)
                    await Task.Delay(delay, _time, leaving);
                return await LogInAsync(leaving);
            }
            catch (Exception) when (leaving.IsCancellationRequested)
            {
                Finish(RtmEnd.Bye, error: null);
                return null;
            }
            catch (RtmException exception) when (StopList.Contains(exception.Code))
            {
                RtmClientLog.Refused(_logger, exception.Code);
                Finish(RtmEnd.Refused, exception);
                return null;
            }
            catch (Exception exception)
            {
                RtmClientLog.LoginFailed(_logger, exception);
            }
        }
    }

    private async Task<GateLink> LogInAsync(CancellationToken cancellationToken)
    {
        var link = await _login.LoginAsync(cancellationToken);
        try
        {
            await RestoreAsync(link, cancellationToken);
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
        RtmClientLog.LoggedIn(_logger, _options.UserId, _options.ProjectId, link.Connection.Address.ToString());
        return link;
    }

    /// <summary>Sets up again what ended with the connection before. What the gate refuses is logged and not tried again.</summary>
    private async Task RestoreAsync(GateLink link, CancellationToken cancellationToken)
    {
        if (_options.Language is { } language)
            await TryRestoreAsync("setlang", map => map.Add("lang"u8, language));
        foreach (var room in _rooms.Keys)
        {
            if (!_options.RestoreRooms || !await TryRestoreAsync("enterroom", map => map.Add("rid"u8, room)))
                _rooms.TryRemove(room, out _);
        }

        async Task<bool> TryRestoreAsync(string method, Action<FpnnMapWriter> write)
        {
            try
            {
                await link.Connection.AskAsync(method, write, timeout: null, cancellationToken);
                return true;
            }
            catch (FpnnException exception) when (exception is not (FpnnConnectionClosedException or FpnnTimeoutException))
            {
                RtmClientLog.NotRestored(_logger, method, exception);
                return false;
            }
        }
    }

    /// <summary>Pings until the connection ends, falls silent or is to be left (rule K-4).</summary>
    private async Task WatchAsync(GateLink link, CancellationToken leaving)
    {
        var connection = link.Connection;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(leaving);
        _ = link.Over.ContinueWith(
            static (_, state) => Cancel((CancellationTokenSource)state!), ended, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var pinged = _time.GetTimestamp();
        try
        {
            while (true)
            {
                var untilDead = _options.SilenceLimit - connection.SinceLastReceived;
                if (untilDead <= TimeSpan.Zero)
                {
                    RtmClientLog.Silent(_logger, connection.Address.ToString(), _options.SilenceLimit);
                    return;
                }
                var untilPing = _options.PingInterval - _time.GetElapsedTime(pinged);
                if (untilPing <= TimeSpan.Zero)
                {
                    pinged = _time.GetTimestamp();
                    _ = PingAsync(connection, _options.SilenceLimit);
                    continue;
                }
                await Task.Delay(untilPing < untilDead ? untilPing : untilDead, _time, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // ended or to be left
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // nobody watches any more
        }
    }

    // Any answer is life, and the lack of one is noticed by the silence.
    private static async Task PingAsync(FpnnConnection connection, TimeSpan timeout)
    {
        try
        {
            await connection.AskAsync("ping", write: null, timeout);
        }
        catch (FpnnException)
        {
            // see above
        }
    }

    private static async Task SayByeAsync(GateLink link)
    {
        try
        {
            await link.Connection.AskAsync("bye", write: null, ByeTime);
        }
        catch (FpnnException)
        {
            // it ends anyway
        }
    }

    private void Finish(RtmEnd end, Exception? error)
    {
        End = end;
        _rooms.Clear();
        Change(RtmClientState.Closed, error: error, end: end);
        _pump.EndReaders();
    }

    private void Change(RtmClientState state, GateLink? link = null, Exception? error = null, RtmEnd end = RtmEnd.None)
    {
        RtmClientState previous;
        TaskCompletionSource<GateLink?>? waited = null;
        lock (_lock)
        {
            previous = _state;
            _state = state;
            _link = link;
            if (state is RtmClientState.Online or RtmClientState.Closed or RtmClientState.Idle)
            {
                waited = _next;
                _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
        waited?.TrySetResult(link);
        try
        {
            StateChanged?.Invoke(this, new(previous, state, end, error));
        }
        catch (Exception exception)
        {
            RtmClientLog.ListenerFailed(_logger, exception);
        }
    }

    /// <summary>The link that is logged in; waits while the client is at it.</summary>
    private async Task<GateLink> GetLinkAsync(string method, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task<GateLink?> next;
        lock (_lock)
        {
            if (_link is { Connection.IsOpen: true } present)
                return present;
            if (_state is RtmClientState.Idle or RtmClientState.Closed)
                throw NotLoggedIn(method);
            // also when the connection has just ended and the loop has not noticed yet
            next = _next.Task;
        }
        try
        {
            return await next.WaitAsync(timeout, _time, cancellationToken) ?? throw NotLoggedIn(method);
        }
        catch (TimeoutException)
        {
            throw NotLoggedIn(method);
        }
    }

    private static RtmException NotLoggedIn(string method) => new(method, FpnnErrorCode.InvalidConnection, "not logged in");
}
