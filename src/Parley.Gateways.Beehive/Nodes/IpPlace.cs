namespace Parley.Gateways.Beehive.Nodes;

/// <summary>Where an address is, as the IP dictionary writes it.</summary>
/// <param name="Country">Code of the country.</param>
/// <param name="OperatorId">Id of the network operator; "" = none.</param>
/// <param name="OperatorName">Name of the network operator; "" = none.</param>
internal sealed record IpPlace(string Country, string OperatorId, string OperatorName)
{
    public bool IsIn(string country) => country.Length > 0 && string.Equals(Country, country, StringComparison.OrdinalIgnoreCase);

    public bool HasSameOperator(IpPlace other) => AreSame(OperatorId, other.OperatorId) || AreSame(OperatorName, other.OperatorName);

    private static bool AreSame(string one, string other) => one.Length > 0 && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
