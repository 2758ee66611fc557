using Parley.Core;
using Parley.Core.Relations;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>Friend lists (rtm-server.md §4.1); uid is the owner of the list.</summary>
internal sealed class FriendMethods(ParleyCore core) : ServerMethods(core)
{
    private const int MostAsked = 100;

    /// <summary><c>addfriends</c>: uid, friends 1 to 100.</summary>
    public ValueTask AddFriends(Quest quest, ref FpnnParameters parameters) => Change(quest, ref parameters, isAddition: true);

    /// <summary><c>delfriends</c>: uid, friends 1 to 100.</summary>
    public ValueTask DelFriends(Quest quest, ref FpnnParameters parameters) => Change(quest, ref parameters, isAddition: false);

    private ValueTask Change(Quest quest, ref FpnnParameters parameters, bool isAddition)
    {
        var uid = parameters.Int64("uid"u8);
        var friends = parameters.Int64List("friends"u8);
        return parameters.Failed ? quest.Reject(parameters) : ChangeAsync(quest, uid, friends, isAddition);
    }

    private async ValueTask ChangeAsync(Quest quest, long uid, long[] friends, bool isAddition)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        Conclude(quest, isAddition
            ? await Core.Relations.AddAsync(ProjectOf(quest), RelationKind.Friend, uid, friends, cause: 0, CancellationToken.None)
            : await Core.Relations.RemoveAsync(ProjectOf(quest), RelationKind.Friend, uid, friends, CancellationToken.None));
    }

    /// <summary><c>getfriends</c>: uid → uids.</summary>
    public ValueTask GetFriends(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetFriendsAsync(quest, uid);
    }

    private async ValueTask GetFriendsAsync(Quest quest, long uid)
    {
        if (!await IsValidAsync(quest, uid))
            return;
        var uids = await Core.Relations.GetAsync(ProjectOf(quest), RelationKind.Friend, uid, CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.Write("uids"u8, uids);
        answer.Send();
    }

    /// <summary><c>isfriend</c>: uid, fuid → ok.</summary>
    public ValueTask IsFriend(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        var fuid = parameters.Int64("fuid"u8);
        return parameters.Failed ? quest.Reject(parameters) : IsFriendAsync(quest, uid, fuid);
    }

    private async ValueTask IsFriendAsync(Quest quest, long uid, long fuid)
    {
        if (!await AreValidAsync(quest, uid, fuid))
            return;
        var friends = await Core.Relations.FilterAsync(ProjectOf(quest), RelationKind.Friend, uid, [fuid]);
        var answer = quest.BeginAnswer(1);
        answer.Write("ok"u8, friends.Count > 0);
        answer.Send();
    }

    /// <summary><c>isfriends</c>: uid, fuids 1 to 100 → fuids: those who are friends.</summary>
    public ValueTask IsFriends(Quest quest, ref FpnnParameters parameters)
    {
        var uid = parameters.Int64("uid"u8);
        var fuids = parameters.Int64List("fuids"u8);
        return parameters.Failed ? quest.Reject(parameters) : IsFriendsAsync(quest, uid, fuids);
    }

    private async ValueTask IsFriendsAsync(Quest quest, long uid, long[] fuids)
    {
        var error = CheckList(fuids, MostAsked);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return;
        }
        if (!await IsValidAsync(quest, uid))
            return;
        var friends = await Core.Relations.FilterAsync(ProjectOf(quest), RelationKind.Friend, uid, fuids);
        var answer = quest.BeginAnswer(1);
        answer.Write("fuids"u8, friends);
        answer.Send();
    }
}
