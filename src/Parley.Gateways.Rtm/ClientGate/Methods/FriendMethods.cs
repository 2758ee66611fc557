using Parley.Core;
using Parley.Core.Relations;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.ClientGate.Methods;

/// <summary>The caller's friend list (rtm-client.md §4.12) and personal blacklist (§10.1).</summary>
internal sealed class FriendMethods(ParleyCore core) : ClientMethods(core)
{
    /// <summary><c>addfriends</c>: friends, 1 to 100.</summary>
    public ValueTask AddFriends(Quest quest, ref FpnnParameters parameters) =>
        Change(quest, ref parameters, "friends"u8, RelationKind.Friend, isAddition: true);

    /// <summary><c>delfriends</c>: friends, 1 to 100.</summary>
    public ValueTask DelFriends(Quest quest, ref FpnnParameters parameters) =>
        Change(quest, ref parameters, "friends"u8, RelationKind.Friend, isAddition: false);

    /// <summary><c>getfriends</c> → uids.</summary>
    public ValueTask GetFriends(Quest quest, ref FpnnParameters parameters) => GetAsync(quest, RelationKind.Friend);

    /// <summary><c>addblacks</c>: blacks, 1 to 100.</summary>
    public ValueTask AddBlacks(Quest quest, ref FpnnParameters parameters) =>
        Change(quest, ref parameters, "blacks"u8, RelationKind.Block, isAddition: true);

    /// <summary><c>delblacks</c>: blacks, 1 to 100.</summary>
    public ValueTask DelBlacks(Quest quest, ref FpnnParameters parameters) =>
        Change(quest, ref parameters, "blacks"u8, RelationKind.Block, isAddition: false);

    /// <summary><c>getblacks</c> → uids.</summary>
    public ValueTask GetBlacks(Quest quest, ref FpnnParameters parameters) => GetAsync(quest, RelationKind.Block);

    private ValueTask Change(Quest quest, ref FpnnParameters parameters, ReadOnlySpan<byte> key, RelationKind kind, bool isAddition)
    {
        var peers = parameters.Int64List(key);
        return parameters.Failed ? quest.Reject(parameters) : ChangeAsync(quest, kind, peers, isAddition);
    }

    private async ValueTask ChangeAsync(Quest quest, RelationKind kind, long[] peers, bool isAddition)
    {
        var me = Me(quest);
        Conclude(quest, isAddition
            ? await Core.Relations.AddAsync(ProjectOf(me), kind, me.UserId, peers, CancellationToken.None)
            : await Core.Relations.RemoveAsync(ProjectOf(me), kind, me.UserId, peers, CancellationToken.None));
    }

    private async ValueTask GetAsync(Quest quest, RelationKind kind)
    {
        var me = Me(quest);
        var uids = await Core.Relations.GetAsync(ProjectOf(me), kind, me.UserId, CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.Write("uids"u8, uids);
        answer.Send();
    }
}
