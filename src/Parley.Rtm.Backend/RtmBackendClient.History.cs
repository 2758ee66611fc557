using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// History in window style (rtm-server §3).
public sealed partial class RtmBackendClient
{
    /// <summary><c>getgroupmsg</c>: reads the messages of a group.</summary>
    /// <param name="groupId">The group.</param>
    /// <param name="query">Which messages; see <see cref="RtmHistoryPage.Next"/> for the following ones.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>One page.</returns>
    public Task<RtmHistoryPage> GetGroupMessagesAsync(
        long groupId, RtmHistoryQuery query, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        ReadHistoryAsync("getgroupmsg", map => map.Add("gid"u8, groupId), query, null, timeout, cancellationToken);

    /// <summary><c>getroommsg</c>: reads the messages of a room.</summary>
    /// <param name="roomId">The room.</param>
    /// <param name="query">Which messages; see <see cref="RtmHistoryPage.Next"/> for the following ones.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>One page.</returns>
    public Task<RtmHistoryPage> GetRoomMessagesAsync(
        long roomId, RtmHistoryQuery query, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        ReadHistoryAsync("getroommsg", map => map.Add("rid"u8, roomId), query, null, timeout, cancellationToken);

    /// <summary><c>getbroadcastmsg</c>: reads the broadcasts.</summary>
    /// <param name="query">Which messages; see <see cref="RtmHistoryPage.Next"/> for the following ones.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>One page.</returns>
    public Task<RtmHistoryPage> GetBroadcastMessagesAsync(
        RtmHistoryQuery query, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        ReadHistoryAsync("getbroadcastmsg", static _ => { }, query, null, timeout, cancellationToken);

    /// <summary><c>getp2pmsg</c>: reads the messages between two users. The senders are told as uids.</summary>
    /// <param name="userId">One of them, on whose behalf it is read.</param>
    /// <param name="otherId">The other one.</param>
    /// <param name="query">Which messages; see <see cref="RtmHistoryPage.Next"/> for the following ones.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>One page.</returns>
    public Task<RtmHistoryPage> GetP2PMessagesAsync(
        long userId, long otherId, RtmHistoryQuery query, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        ReadHistoryAsync(
            "getp2pmsg",
            map => map.Add("uid"u8, userId).Add("ouid"u8, otherId),
            query,
            (userId, otherId),
            timeout,
            cancellationToken);

    private Task<RtmHistoryPage> ReadHistoryAsync(
        string method,
        Action<FpnnMapWriter> writePlace,
        RtmHistoryQuery query,
        (long User, long Other)? pair,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return GetAsync(method, Write, (ref answer) => RtmHistoryPage.Read(ref answer, query, pair), timeout, cancellationToken);

        void Write(FpnnMapWriter map)
        {
            writePlace(map);
            query.Write(map, withUser: pair is null);
        }
    }
}
