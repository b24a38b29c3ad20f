end-client-margin = Client final
end-client-lede = { $country }. { $number }. { $count ->
     [one] { $count } contrat
     *[other] { $count } contrats
  } jusqu’ici.
end-client-open = En cours
end-client-ended = Finis
end-client-through = Par { $names }
end-client-direct = Personne entre les deux
end-client-way = Tout pour { $client }
end-client-words = Un client final est un LEI, ou un numéro au registre d’un pays, quelle que soit l’organisation qui confie le travail. Les prix sont ceux des inscriptions ; chaque lot a le sien.
