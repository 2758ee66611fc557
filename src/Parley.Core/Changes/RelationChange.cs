using Parley.Core.Relations;

namespace Parley.Core.Changes;

/// <summary>
/// A user has new relations. Nobody is named to whom the user had one already; a peer may have had one to the user before.
/// </summary>
/// <param name="Kind">What the relation means.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="PeerIds">To whom; at least one, each once.</param>
/// <param name="IsMutual">Whether each peer has the same relation to the user since then.</param>
/// <param name="ActorId">Who did it; 0 = a back end.</param>
public sealed record RelationChange(RelationKind Kind, long UserId, IReadOnlyList<long> PeerIds, bool IsMutual, long ActorId);
