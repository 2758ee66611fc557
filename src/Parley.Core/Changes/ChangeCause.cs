namespace Parley.Core.Changes;

/// <summary>Who causes a change.</summary>
/// <param name="ActorId">The user who does it; 0 = an operator or a back end.</param>
/// <param name="Teller">An observer that tells of the change itself, as it knows more of it, and therefore does not hear of it here.</param>
public readonly record struct ChangeCause(long ActorId, IChangeObserver? Teller = null)
{
    /// <summary>A user, or 0, of whose doing all observers hear.</summary>
    public static implicit operator ChangeCause(long actorId) => new(actorId);
}
