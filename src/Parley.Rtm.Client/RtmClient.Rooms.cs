using Parley.Rtm.Client.Codec;

namespace Parley.Rtm.Client;

// Rooms (rtm-client.md §4.14, §10.1).
public sealed partial class RtmClient
{
    /// <summary>
    /// Enters a room; entering twice is success (<c>enterroom</c>). After a lost connection the client enters again by itself
    /// (<see cref="RtmClientOptions.RestoreRooms"/>).
    /// </summary>
    /// <exception cref="RtmException">200047 in too many rooms already.</exception>
    public async Task EnterRoomAsync(long roomId, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        await DoAsync("enterroom", map => map.Add("rid"u8, roomId), timeout, cancellationToken);
        _rooms.TryAdd(roomId, 0);
    }

    /// <summary>Leaves a room; not being inside is success (<c>leaveroom</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task LeaveRoomAsync(long roomId, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        _rooms.TryRemove(roomId, out _);
        return DoAsync("leaveroom", map => map.Add("rid"u8, roomId), timeout, cancellationToken);
    }

    /// <summary>The rooms that the user is in, through whatever connection (<c>getuserrooms</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<IReadOnlyList<long>> GetRoomsAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<long>>(
            "getuserrooms", write: null, static (ref answer) => answer.Int64List("rooms"u8), timeout, cancellationToken);

    /// <summary>Who is in a room that the caller is in (<c>getroommembers</c>).</summary>
    /// <exception cref="RtmException">200040 not inside.</exception>
    public Task<IReadOnlyList<long>> GetRoomMembersAsync(
        long roomId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<long>>(
            "getroommembers", map => map.Add("rid"u8, roomId), static (ref answer) => answer.Int64List("uids"u8), timeout, cancellationToken);

    /// <summary>How many users are in up to 100 rooms (<c>getroomcount</c>), by rid.</summary>
    /// <exception cref="RtmException">200032 too many, 200033 none.</exception>
    public Task<IReadOnlyDictionary<long, int>> GetRoomCountsAsync(
        IReadOnlyCollection<long> roomIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyDictionary<long, int>>(
            "getroomcount", map => map.Add("rids"u8, roomIds), static (ref answer) => answer.Counts("cn"u8), timeout, cancellationToken);

    /// <summary>Sets what is known about a room that the caller is in (<c>setroominfo</c>).</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="open">What everybody may read, at most 65535 bytes; null = leave it.</param>
    /// <param name="privateInfo">What those inside may read, at most 65535 bytes; null = leave it.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200040 not inside, 200030 too large.</exception>
    public Task SetRoomInfoAsync(
        long roomId, string? open, string? privateInfo, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            "setroominfo",
            map => map.Add("rid"u8, roomId).AddIfAny("oinfo"u8, open).AddIfAny("pinfo"u8, privateInfo),
            timeout,
            cancellationToken);

    /// <summary>What is known about a room that the caller is in (<c>getroominfo</c>).</summary>
    /// <exception cref="RtmException">200040 not inside.</exception>
    public Task<RtmInfo> GetRoomInfoAsync(long roomId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("getroominfo", map => map.Add("rid"u8, roomId), ReadInfo, timeout, cancellationToken);

    /// <summary>What everybody may know about a room (<c>getroomopeninfo</c>); "" when nothing was set.</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<string> GetRoomOpenInfoAsync(long roomId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getroomopeninfo", map => map.Add("rid"u8, roomId), static (ref answer) => answer.StringOrEmpty("oinfo"u8), timeout, cancellationToken);

    /// <summary>What everybody may know about up to 100 rooms (<c>getroomsopeninfo</c>), by rid.</summary>
    /// <exception cref="RtmException">200032 too many, 200033 none.</exception>
    public Task<IReadOnlyDictionary<long, string>> GetRoomOpenInfosAsync(
        IReadOnlyCollection<long> roomIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyDictionary<long, string>>(
            "getroomsopeninfo", map => map.Add("rids"u8, roomIds), static (ref answer) => answer.Texts("info"u8), timeout, cancellationToken);
}
