end-client-margin = End client
end-client-lede = { $country }. { $number }. { $count ->
     [one] { $count } contract
     *[other] { $count } contracts
  } so far.
end-client-open = Under way
end-client-ended = Ended
end-client-through = Through { $names }
end-client-direct = Nobody stands between
end-client-way = Everything for { $client }
end-client-words = One end client is one LEI, or one number in a country’s register, whoever posts the work. Prices are those of the contracts’ listings; each batch has its own.
