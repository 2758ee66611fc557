using Google.Protobuf;
using Parley.Core;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>Rooms: each session is in them for itself (beehive.md §10.4).</summary>
internal sealed class RoomCommands(BeehiveHost host)
{
    private const int MostNameLength = 255;
    private const int MostTextLength = 1024;

    /// <summary>0401 ROOM-CREAT {uid, name, desc}: gives a rid; its creator owns the room and is not inside.</summary>
    public async ValueTask Create(BeehiveCall call)
    {
        string name, description;
        ulong userId;
        if (call.Connection.Generation == BeehiveGeneration.Seed)
        {
            if (!call.TryParse(RoomCreatG1.Parser, out var body))
                return;
            (userId, name, description) = (body.Uid, body.Name, body.Desc);
        }
        else
        {
            if (!call.TryParse(RoomCreat.Parser, out var body))
                return;
            (userId, name, description) = (body.Uid, body.Name, body.Desc);
        }
        if (!call.IsActor(userId))
            return;
        if (name.Length > MostNameLength || description.Length > MostTextLength)
        {
            call.Refuse(BeehiveCode.BodyTooLong, "Name is too long!");
            return;
        }
        var roomId = await host.Core.Rooms.CreateAsync(call.Session.Project, call.Session.UserId, name, description, CancellationToken.None);
        call.Answer(BeehiveBodies.RoomCreatAck(userId, (ulong)roomId, 0, "Ok"));
    }

    /// <summary>0403 ROOM-DISMISS {uid, rid}: the owner only; everybody inside is told and out.</summary>
    public async ValueTask Dismiss(BeehiveCall call)
    {
        if (!call.TryParse(UidRid.Parser, out var body) || !call.IsActor(body.Uid))
            return;
        if (body.Rid is 0 or > long.MaxValue)
            call.Refuse(BeehiveCode.BadBody, "Paramter isn't right!");
        else
            call.Conclude(await host.Core.Rooms.DismissAsync(call.Session.Project, (long)body.Rid, call.Session.UserId, CancellationToken.None));
    }

    /// <summary>0405 ROOM-JOIN {uid, rid}: any rid, also one that was never created. The ack, then what is kept for those who come, then the notice.</summary>
    public async ValueTask Join(BeehiveCall call)
    {
        if (!call.TryParse(UidRid.Parser, out var body) || !call.IsActor(body.Uid))
            return;
        if (body.Rid is 0 or > long.MaxValue)
        {
            call.Refuse(BeehiveCode.BadBody, "Paramter isn't right!");
            return;
        }
        var (session, roomId) = (call.Session, (long)body.Rid);
        session.RoomPushes.Come(roomId);
        var seat = await host.Core.Rooms.TakeSeatAsync(session, roomId);
        if (seat.Error != CoreError.None)
        {
            session.RoomPushes.Arrive(roomId, []);
            var text = seat.Error == CoreError.BannedInRoom ? "User is in blacklist!" : BeehiveCodes.TextOf(seat.Error);
            call.Refuse(BeehiveCodes.Of(seat.Error), text);
            return;
        }
        call.Answer(BeehiveBodies.RoomJoinAck(body.Uid, body.Rid, (uint)seat.SubGroup, 0, "Ok"));
        if (!seat.IsNew)
        {
            session.RoomPushes.Arrive(roomId, []);
            return;
        }
        var kept = await host.Core.Rooms.GetKeptBroadcastsAsync(session.Project, roomId, afterNumber: 0, CancellationToken.None);
        foreach (var message in session.RoomPushes.Arrive(roomId, kept))
        {
            if (session.IsOver || host.Core.Rooms.SubGroupOf(session, roomId) is null)
                return;
            session.SendKept(message, seat.SubGroup);
            await session.WaitForRoomAsync();
        }
        host.Core.Rooms.Announce(session, roomId);
    }

    /// <summary>0407 ROOM-QUIT {uid, rid}: the ack, then the notice to those who stay. Not being inside is no error.</summary>
    public ValueTask Quit(BeehiveCall call)
    {
        if (!TryParse(call, "Parse body failed!", out var userId, out var roomId) || !call.IsActor(userId))
            return ValueTask.CompletedTask;
        call.Answer(BeehiveBodies.UidRidAck(userId, (ulong)roomId, 0, "Ok"));
        host.Core.Rooms.LeaveSeat(call.Session, roomId);
        return ValueTask.CompletedTask;
    }

    /// <summary>0409 ROOM-KICK {uid, rid} of the room's owner: uid is on the blacklist and out.</summary>
    public async ValueTask Kick(BeehiveCall call)
    {
        if (!TryParse(call, "Unmarshal body failed!", out var userId, out var roomId))
            return;
        var error = await host.Core.Rooms.KickAsync(call.Session.Project, roomId, call.Session.UserId, (long)userId, CancellationToken.None);
        if (error is CoreError.NotAllowed or CoreError.NotFound)
            call.Refuse(BeehiveCode.PermissionDenied, "You're not room owner!");
        else
            call.Conclude(error);
    }

    /// <summary>ROOM-CREAT-ACK with an error.</summary>
    public static IMessage RefuseCreate(BeehiveCall call, uint code, string text)
    {
        ulong uid = 0;
        if (call.Connection.Generation == BeehiveGeneration.Seed)
            uid = BeehiveBodies.TryParse(call.Body, RoomCreatG1.Parser, out var seed) ? seed.Uid : 0;
        else if (BeehiveBodies.TryParse(call.Body, RoomCreat.Parser, out var body))
            uid = body.Uid;
        return BeehiveBodies.RoomCreatAck(uid, 0, code, text);
    }

    /// <summary>ROOM-JOIN-ACK with an error.</summary>
    public static IMessage RefuseJoin(BeehiveCall call, uint code, string text)
    {
        return BeehiveBodies.TryParse(call.Body, UidRid.Parser, out var body)
            ? BeehiveBodies.RoomJoinAck(body.Uid, body.Rid, 0, code, text)
            : BeehiveBodies.RoomJoinAck(0, 0, 0, code, text);
    }

    /// <summary>ROOM-QUIT-ACK or ROOM-KICK-ACK with an error or without.</summary>
    public static IMessage RefuseUidRid(BeehiveCall call, uint code, string text) =>
        BeehiveBodies.TryParse(call.Body, UidRid.Parser, out var body)
            ? BeehiveBodies.UidRidAck(body.Uid, body.Rid, code, text)
            : BeehiveBodies.UidRidAck(0, 0, code, text);

    private static bool TryParse(BeehiveCall call, string text, out ulong userId, out long roomId)
    {
        (userId, roomId) = (0, 0);
        if (!BeehiveBodies.TryParse(call.Body, UidRid.Parser, out var body))
        {
            call.Refuse(BeehiveCode.BadBody, text);
            return false;
        }
        if (body.Uid is 0 or > long.MaxValue || body.Rid is 0 or > long.MaxValue)
        {
            call.Refuse(BeehiveCode.CheckFailed, "Check request failed!");
            return false;
        }
        (userId, roomId) = (body.Uid, (long)body.Rid);
        return true;
    }
}
