using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// Sending and recalling (rtm-server §2).
public sealed partial class RtmBackendClient
{
    /// <summary><c>sendmsg</c>: sends a message from one user to another.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="messageType">1 to 127, see <see cref="RtmMessageType"/>.</param>
    /// <param name="message">At most 20480 bytes by default.</param>
    /// <param name="attributes">Free text, JSON advised; at most 2048 bytes by default.</param>
    /// <param name="mid">The message id; null for a new one. Give the same again to repeat a call that timed out.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">200005, 200030, 200043, 200052, 200053.</exception>
    public Task<RtmSendResult> SendMessageAsync(
        long from,
        long to,
        byte messageType,
        string message,
        string attributes = "",
        long? mid = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(
            "sendmsg", from, map => map.Add("to"u8, to), messageType, message, attributes, mid, timeout, cancellationToken);

    /// <summary><c>sendmsgs</c>: sends a message from one user to several.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receivers, 1 to 2000.</param>
    /// <param name="messageType">1 to 127, see <see cref="RtmMessageType"/>.</param>
    /// <param name="message">At most 20480 bytes by default.</param>
    /// <param name="attributes">Free text, JSON advised; at most 2048 bytes by default.</param>
    /// <param name="mid">The message id; null for a new one. Give the same again to repeat a call that timed out.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">200005, 200030, 200032, 200033, 200052, 200053.</exception>
    public Task<RtmSendResult> SendMessagesAsync(
        long from,
        IReadOnlyCollection<long> to,
        byte messageType,
        string message,
        string attributes = "",
        long? mid = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(
            "sendmsgs", from, map => map.Add("tos"u8, to), messageType, message, attributes, mid, timeout, cancellationToken);

    /// <summary><c>sendgroupmsg</c>: sends a message to a group.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="messageType">1 to 127, see <see cref="RtmMessageType"/>.</param>
    /// <param name="message">At most 20480 bytes by default.</param>
    /// <param name="attributes">Free text, JSON advised; at most 2048 bytes by default.</param>
    /// <param name="mid">The message id; null for a new one. Give the same again to repeat a call that timed out.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">200005, 200030, 200041, 200044, 200046, 200053.</exception>
    public Task<RtmSendResult> SendGroupMessageAsync(
        long from,
        long groupId,
        byte messageType,
        string message,
        string attributes = "",
        long? mid = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(
            "sendgroupmsg", from, map => map.Add("gid"u8, groupId), messageType, message, attributes, mid, timeout, cancellationToken);

    /// <summary><c>sendroommsg</c>: sends a message to a room.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="roomId">The room.</param>
    /// <param name="messageType">1 to 127, see <see cref="RtmMessageType"/>.</param>
    /// <param name="message">At most 20480 bytes by default.</param>
    /// <param name="attributes">Free text, JSON advised; at most 2048 bytes by default.</param>
    /// <param name="mid">The message id; null for a new one. Give the same again to repeat a call that timed out.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">200005, 200030, 200040, 200045, 200053.</exception>
    public Task<RtmSendResult> SendRoomMessageAsync(
        long from,
        long roomId,
        byte messageType,
        string message,
        string attributes = "",
        long? mid = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(
            "sendroommsg", from, map => map.Add("rid"u8, roomId), messageType, message, attributes, mid, timeout, cancellationToken);

    /// <summary><c>broadcastmsg</c>: sends a message to everybody in the project.</summary>
    /// <param name="from">The sender, an admin id.</param>
    /// <param name="messageType">1 to 127, see <see cref="RtmMessageType"/>.</param>
    /// <param name="message">At most 20480 bytes by default.</param>
    /// <param name="attributes">Free text, JSON advised; at most 2048 bytes by default.</param>
    /// <param name="mid">The message id; null for a new one. Give the same again to repeat a call that timed out.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The message id and the server's time.</returns>
    /// <exception cref="RtmException">200005, 200026 (the sender is no admin id), 200030, 200053.</exception>
    public Task<RtmSendResult> SendBroadcastMessageAsync(
        long from,
        byte messageType,
        string message,
        string attributes = "",
        long? mid = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        SendAsync(
            "broadcastmsg", from, static _ => { }, messageType, message, attributes, mid, timeout, cancellationToken);

    /// <summary><c>delmsg</c>: recalls a message: it disappears from history. An unknown one is success. Clients are not told.</summary>
    /// <param name="mid">The message id.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="target">The receiver's uid, the gid or the rid; anything for broadcasts.</param>
    /// <param name="conversation">What kind of conversation it was sent in.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200034.</exception>
    public Task DeleteMessageAsync(
        long mid,
        long from,
        long target,
        RtmConversationType conversation,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        DoAsync(
            "delmsg",
            map => map.Add("mid"u8, mid).Add("from"u8, from).Add("xid"u8, target).Add("type"u8, (long)conversation),
            timeout,
            cancellationToken);

    private async Task<RtmSendResult> SendAsync(
        string method,
        long from,
        Action<FpnnMapWriter> writeTarget,
        byte messageType,
        string message,
        string attributes,
        long? givenMid,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
    {
        var mid = givenMid ?? NewMid();
        return await GetAsync(method, Write, Sent, timeout, cancellationToken);

        void Write(FpnnMapWriter map)
        {
            map.Add("mtype"u8, messageType).Add("from"u8, from);
            writeTarget(map);
            map.Add("mid"u8, mid).Add("msg"u8, message).Add("attrs"u8, attributes);
        }

        RtmSendResult Sent(ref FpnnParameters answer) => ReadSent(ref answer, mid);
    }

    // The time was not sent before 2018-10 (rtm-server §8.1).
    private static RtmSendResult ReadSent(ref FpnnParameters answer, long mid) =>
        new(mid, UnixTime.FromMilliseconds(answer.Int64OrDefault("mtime"u8)));
}
