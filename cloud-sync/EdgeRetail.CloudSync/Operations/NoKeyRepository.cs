using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace EdgeRetail.CloudSync.Operations;

/// <summary>Keeps no keys: the framework makes some at every start and would leave them in the account's home.</summary>
sealed class NoKeyRepository : IXmlRepository
{
    readonly List<XElement> elements = [];

    public IReadOnlyCollection<XElement> GetAllElements() => [.. elements];

    public void StoreElement(XElement element, string friendlyName) => elements.Add(element);
}
