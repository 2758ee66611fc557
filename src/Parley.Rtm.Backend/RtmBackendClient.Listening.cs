using Parley.Rtm.Transport;

namespace Parley.Rtm.Backend;

// Listening (rtm-server §6).
public sealed partial class RtmBackendClient
{
    /// <summary>
    /// What the back end listens to. It is told to the server again (<c>setlisten</c>) after every reconnect, and as long as it is not
    /// nothing the client reconnects by itself.
    /// </summary>
    public RtmListenSettings Listening => Volatile.Read(ref _listening);

    /// <summary><c>addlisten</c>: listens to these in addition. What comes is told to the monitor and to all event readers.</summary>
    /// <param name="groupIds">Messages of these groups.</param>
    /// <param name="roomIds">Messages of these rooms.</param>
    /// <param name="userIds">Messages from and to these users.</param>
    /// <param name="events"><c>login</c>, <c>logout</c>.</param>
    /// <param name="p2p">All messages between users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200060: listening is not switched on for the project.</exception>
    public Task AddListenAsync(
        IReadOnlyCollection<long>? groupIds = null,
        IReadOnlyCollection<long>? roomIds = null,
        IReadOnlyCollection<long>? userIds = null,
        IReadOnlyCollection<string>? events = null,
        bool p2p = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var change = new ListenChange(groupIds ?? [], roomIds ?? [], userIds ?? [], events ?? [], p2p);
        return ListenAsync("addlisten", old => old.With(change), map => Write(map, change), timeout, cancellationToken);
    }

    /// <summary><c>removelisten</c>: no longer listens to these.</summary>
    /// <param name="groupIds">Messages of these groups.</param>
    /// <param name="roomIds">Messages of these rooms.</param>
    /// <param name="userIds">Messages from and to these users.</param>
    /// <param name="events"><c>login</c>, <c>logout</c>.</param>
    /// <param name="p2p">All messages between users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RemoveListenAsync(
        IReadOnlyCollection<long>? groupIds = null,
        IReadOnlyCollection<long>? roomIds = null,
        IReadOnlyCollection<long>? userIds = null,
        IReadOnlyCollection<string>? events = null,
        bool p2p = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var change = new ListenChange(groupIds ?? [], roomIds ?? [], userIds ?? [], events ?? [], p2p);
        return ListenAsync("removelisten", old => old.Without(change), map => Write(map, change), timeout, cancellationToken);
    }

    /// <summary><c>setlisten</c>: listens to exactly this.</summary>
    /// <param name="settings">What to listen to.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200060: listening is not switched on for the project.</exception>
    public Task SetListenAsync(RtmListenSettings settings, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return ListenAsync("setlisten", _ => settings, map => Write(map, settings), timeout, cancellationToken);
    }

    private async Task ListenAsync(
        string method,
        Func<RtmListenSettings, RtmListenSettings> change,
        Action<FpnnMapWriter> write,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        await _listenLock.WaitAsync(cancellationToken);
        try
        {
            var connection = await _link.GetAsync(cancellationToken);
            await AskSignedAsync(connection, method, write, timeout, cancellationToken);
            var settings = change(Listening);
            Volatile.Write(ref _listening, settings);
            // A connection made in between was told the old settings.
            while (!connection.IsOpen)
            {
                connection = await _link.GetAsync(cancellationToken);
                await AskSignedAsync(connection, "setlisten", map => Write(map, settings), timeout, cancellationToken);
            }
        }
        catch (FpnnException error)
        {
            throw RtmException.From(method, error);
        }
        finally
        {
            _listenLock.Release();
        }
    }

    // Runs on a new connection before anybody else may use it.
    private async Task RestoreListeningAsync(FpnnConnection connection, CancellationToken cancellationToken)
    {
        var settings = Listening;
        if (settings.IsNothing)
            return;
        try
        {
            await AskSignedAsync(connection, "setlisten", map => Write(map, settings), null, cancellationToken);
        }
        catch (FpnnException error) when (IsLasting(error))
        {
            BackendLog.RestoreRefused(_options.Logger, error.Code, error.Text);
        }
    }

    /// <summary>Whether asking again would be refused again; any other failure ends the connection, and the next one asks again.</summary>
    private static bool IsLasting(FpnnException error) => error.Code is
        RtmErrorCode.InvalidPidOrSign or RtmErrorCode.ForbiddenMethod or RtmErrorCode.PermissionDenied or RtmErrorCode.TooManyItems
        or RtmErrorCode.NotConfigured;

    private static void Write(FpnnMapWriter map, ListenChange change)
    {
        if (change.GroupIds.Count > 0)
            map.Add("gids"u8, change.GroupIds);
        if (change.RoomIds.Count > 0)
            map.Add("rids"u8, change.RoomIds);
        if (change.UserIds.Count > 0)
            map.Add("uids"u8, change.UserIds);
        if (change.Events.Count > 0)
            map.Add("events"u8, change.Events);
        if (change.P2P)
            map.Add("p2p"u8, true);
    }

    // Lists that are present replace, flags count beside them (rule S-12).
    private static void Write(FpnnMapWriter map, RtmListenSettings settings)
    {
        if (settings.IsEverything || settings.IsNothing)
        {
            map.Add("all"u8, settings.IsEverything);
            return;
        }

        map.Add("gids"u8, settings.GroupIds)
            .Add("rids"u8, settings.RoomIds)
            .Add("uids"u8, settings.UserIds)
            .Add("events"u8, settings.Events)
            .Add("group"u8, settings.AllGroups)
            .Add("room"u8, settings.AllRooms)
            .Add("p2p"u8, settings.AllP2P)
            .Add("ev"u8, settings.AllEvents);
    }
}
